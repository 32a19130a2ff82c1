using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace EventHub.PostgresServer;

/// <summary>
/// A PostgreSQL server of the tests' own: own port, own directory, removed at the end. It lives below a shell that waits on our standard output, so that it goes
/// down with us however we go: killed, crashed, or done.
/// </summary>
public sealed class TestServer
{
    private const string Guard =
        """
        bin=$1 dir=$2 port=$3 fsync=$4
        "$bin/initdb" -D "$dir/data" -U postgres -A trust --no-sync --locale=C.UTF-8 -E UTF8 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; exit 1; }
        start() {
          "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 -c fsync="$fsync" -c shared_buffers=32MB -c max_connections=200 \
            -c max_wal_size=256MB -c log_min_messages=log -c log_checkpoints=off -c autovacuum_naptime=5s 2>&1 &
          pid=$!
        }
        start
        while read -r command; do
          case $command in
            stop) kill -INT $pid; wait $pid; echo 'guard: stopped' ;;
            crash) kill -QUIT $pid; wait $pid; echo 'guard: stopped' ;;
            start) start ;;
          esac
        done
        kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$dir"
        """;

    private static readonly Lazy<Task<TestServer>> s_shared = new(() => StartAsync());
    private readonly Process _guard;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _databases;

    private TestServer(Process guard, int port)
    {
        _guard = guard;
        Port = port;
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>One for all tests of a process; commits as in production.</summary>
    public static Task<TestServer> SharedAsync() => s_shared.Value;

    /// <summary>A server for a test that stops and starts it.</summary>
    public static async Task<TestServer> StartAsync(bool isSynced = true)
    {
        var directory = Directory.CreateTempSubdirectory("eventhub-postgres-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true };

        // The server refuses to run as root. A session of its own: what is sent to our process group must not reach it before it has seen us go.
        string[] asRoot = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        if (asRoot.Length > 0) await Process.Start("chown", ["postgres", directory]).WaitForExitAsync();
        string[] command = ["setsid", .. asRoot, "sh", "-c", Guard, "guard", Binaries(), directory, port.ToString(CultureInfo.InvariantCulture), isSynced ? "on" : "off"];
        start.FileName = command[0];
        foreach (var argument in command[1..]) start.ArgumentList.Add(argument);
        start.WorkingDirectory = "/";
        var guard = Process.Start(start)!;
        var server = new TestServer(guard, port);
        _ = server.ListenAsync();
        await server.WaitForAsync("ready to accept connections", 0);
        return server;
    }

    /// <summary>The connection string of a database.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Include Error Detail=true";

    /// <summary>A new, empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement in the database <c>postgres</c>.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops it: open transactions are rolled back, connections broken.</summary>
    public Task StopAsync() => TellAsync("stop", "guard: stopped");

    /// <summary>Kills all its processes; the next start recovers.</summary>
    public Task CrashAsync() => TellAsync("crash", "guard: stopped");

    /// <summary>Starts it again.</summary>
    public Task RestartAsync() => TellAsync("start", "ready to accept connections");

    /// <summary>Stops it for good and removes its directory.</summary>
    public async Task RemoveAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
    }

    private async Task TellAsync(string command, string answer)
    {
        int from;
        lock (_lines) from = _lines.Count;
        await _guard.StandardInput.WriteLineAsync(command);
        await _guard.StandardInput.FlushAsync();
        await WaitForAsync(answer, from);
    }

    private async Task WaitForAsync(string words, int from)
    {
        while (true)
        {
            Task said;
            lock (_lines)
            {
                if (_lines.Skip(from).Any(line => line.Contains(words, StringComparison.Ordinal))) return;
                said = _said.Task;
            }

            await said;
        }
    }

    private async Task ListenAsync()
    {
        while (await _guard.StandardOutput.ReadLineAsync() is { } line) Say(line);
        lock (_lines) _said.TrySetException(new InvalidOperationException($"The PostgreSQL server has ended. It said:\n{string.Join('\n', _lines)}"));
    }

    private void Say(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            _said.TrySetResult();
            _said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Of the newest version installed.</summary>
    private static string Binaries()
    {
        const string root = "/usr/lib/postgresql";
        var found = Directory.Exists(root) ? Directory.GetDirectories(root).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).ToList() : [];
        return found.Count > 0
            ? found.MaxBy(bin => int.Parse(Path.GetFileName(Path.GetDirectoryName(bin))!, CultureInfo.InvariantCulture))!
            : throw new InvalidOperationException($"There is no PostgreSQL below {root}. Install the package postgresql.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
