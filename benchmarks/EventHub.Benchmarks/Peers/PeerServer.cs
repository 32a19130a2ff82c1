using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Peers;

/// <summary>A server of somebody else's, on a port and in a directory of its own, which it leaves when the benchmark ends, however that ends.</summary>
internal sealed class PeerServer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly ChildProcess _process;

    private PeerServer(ChildProcess process) => _process = process;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <param name="context">Where the repository is.</param>
    /// <param name="log">Where its output goes.</param>
    /// <param name="ready">What stands in its output once it is ready.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables for it.</param>
    /// <param name="signal">Stops it soon and cleanly.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message has the end of its output.</exception>
    public static async Task<PeerServer> StartAsync(
        BenchContext context, string log, string ready, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, string signal = "TERM")
    {
        var server = new PeerServer(ChildProcess.Start(
            Path.Combine(context.Root, "benchmarks/peers/while-open.sh"), [log, signal, .. command], environment, grace: TimeSpan.FromSeconds(20)));
        var started = Stopwatch.GetTimestamp();
        while (!Output(log).Contains(ready, StringComparison.Ordinal))
        {
            if (server._process.HasEnded || Stopwatch.GetElapsedTime(started) > s_patience)
            {
                var why = server._process.HasEnded ? $"ended with code {server._process.ExitCode}" : $"was not ready after {s_patience.TotalSeconds} s";
                server.Dispose();
                throw new InvalidOperationException($"the peer '{string.Join(' ', command)}' {why}. The end of what it said:\n{string.Join('\n', Output(log).Split('\n').TakeLast(15))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return server;
    }

    /// <summary>A port of the loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => _process.Dispose();

    private static string Output(string log) => File.Exists(log) ? File.ReadAllText(log) : "";
}
