using System.Globalization;
using Npgsql;

namespace EventHub.PostgresServer;

/// <summary>A PostgreSQL server of the tests' own: own port, own directory, removed at the end.</summary>
public sealed class TestServer
{
    private const string Script =
        """
        dir=$1 bin=$2 port=$3
        "$bin/initdb" -D "$dir/data" -U postgres -A trust --no-sync --locale=C.UTF-8 -E UTF8 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; exit 1; }
        start() {
          "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 -c shared_buffers=32MB -c max_connections=200 \
            -c max_wal_size=256MB -c log_checkpoints=off -c autovacuum_naptime=5s 2>&1 &
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

    private const string Ready = "ready to accept connections";
    private static readonly Lazy<Task<TestServer>> s_shared = new(StartAsync);
    private readonly GuardedProcess _process;
    private int _databases;

    private TestServer(GuardedProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>One for all tests of a process; commits as in production.</summary>
    public static Task<TestServer> SharedAsync() => s_shared.Value;

    /// <summary>A server for a test that stops and starts it.</summary>
    public static async Task<TestServer> StartAsync()
    {
        var port = FreePorts.Next();
        return new TestServer(await GuardedProcess.StartAsync(Script, [Binaries(), port.ToString(CultureInfo.InvariantCulture)], Ready), port);
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
    public Task StopAsync() => _process.TellAsync("stop", "guard: stopped");

    /// <summary>Kills all its processes; the next start recovers.</summary>
    public Task CrashAsync() => _process.TellAsync("crash", "guard: stopped");

    /// <summary>Starts it again.</summary>
    public Task RestartAsync() => _process.TellAsync("start", Ready);

    /// <summary>Stops it for good and removes its directory.</summary>
    public Task RemoveAsync() => _process.EndAsync();

    /// <summary>Of the newest version installed.</summary>
    private static string Binaries()
    {
        const string root = "/usr/lib/postgresql";
        var found = Directory.Exists(root) ? Directory.GetDirectories(root).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).ToList() : [];
        return found.Count > 0
            ? found.MaxBy(bin => int.Parse(Path.GetFileName(Path.GetDirectoryName(bin))!, CultureInfo.InvariantCulture))!
            : throw new InvalidOperationException($"There is no PostgreSQL below {root}. Install the package postgresql.");
    }
}
