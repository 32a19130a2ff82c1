using System.Diagnostics;

namespace EventHub.Benchmarks.Peers;

/// <summary>PostgreSQL with a cluster of its own: fsync and synchronous_commit on, as it comes. It does not run as root, so root runs it as the user its package makes.</summary>
internal static class PostgresPeer
{
    private const string User = "postgres";

    /// <summary>How <see cref="Npgsql"/> reaches what is given as a URI.</summary>
    public static string Npgsql(string connection)
    {
        var uri = new Uri(connection);
        return $"Host={uri.Host};Port={uri.Port};Username={uri.UserInfo};Database={uri.AbsolutePath[1..]}";
    }

    /// <returns>The server, and how to connect to it.</returns>
    public static async Task<(PeerServer Server, string Connection)> StartAsync(BenchContext context)
    {
        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (bin is null) throw new InvalidOperationException("the peer PostgreSQL cannot be started: there is no /usr/lib/postgresql/*/bin/initdb (Debian package postgresql).");
        var directory = context.NewDirectory();
        var cluster = Path.Combine(directory, "cluster");
        string[] asUser = [];
        if (Environment.IsPrivilegedProcess)
        {
            asUser = ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--"];
            await RunAsync(["chmod", "go+x", context.Scratch]);
            await RunAsync(["chown", User, directory]);
        }

        await RunAsync([.. asUser, Path.Combine(bin, "initdb"), "--pgdata", cluster, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-locale"]);
        var port = PeerServer.FreePort();
        var server = await PeerServer.StartAsync(
            context, Path.Combine(context.NewDirectory(), "log"), "ready to accept connections",
            [
                .. asUser, Path.Combine(bin, "postgres"), "-D", cluster, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={directory}",
                "-c", "shared_buffers=256MB", "-c", "max_connections=100",
            ],
            signal: "INT");
        return (server, $"postgres://{User}@127.0.0.1:{port}/postgres");
    }

    private static async Task RunAsync(IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with code {process.ExitCode}: {string.Join('\n', await output)}");
    }
}
