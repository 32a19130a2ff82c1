using System.Net.Sockets;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace EventHub.Server.Hosting;

/// <summary>Starts the server, waits until it is told to stop, stops it.</summary>
internal static class ServerRunner
{
    /// <summary>Runs until a signal comes. What an operator has to put right is one line on the error output; anything else is a bug and keeps its stack trace.</summary>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(ServerOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = ServerHost.Build(options);
            try
            {
                await app.StartAsync(cancellationToken);
            }
            catch
            {
                // Whatever came up before the part that failed goes down in order: leases are given back, the store is closed.
                await StopQuietlyAsync(app);
                throw;
            }

            StartupLog.Write(app, options);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (Exception failure) when (Explain(failure, options) is { } line)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(line)}");
            return ExitCode.Failure;
        }
    }

    /// <summary>What an operator can do about a failure to start; <c>null</c> when it is nothing of that kind.</summary>
    internal static string? Explain(Exception failure, ServerOptions options) => failure switch
    {
        StorageException storage => storage.Message,
        DataDirectoryException directory => directory.Message,
        IOException { InnerException: not null } io when FindSocketError(io) is { } code => $"cannot listen: {io.Message} ({code}); change 'urls'",
        SocketException socket => $"cannot listen: {socket.Message} ({socket.SocketErrorCode}); change 'urls' ({string.Join(';', options.Urls)})",
        _ => null,
    };

    // Kestrel wraps what the socket said: "address already in use" comes in another exception than "permission denied".
    private static SocketError? FindSocketError(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
            if (inner is SocketException socket) return socket.SocketErrorCode;
        return null;
    }

    private static async Task StopQuietlyAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // The failure that is told is the first one.
        }
    }
}
