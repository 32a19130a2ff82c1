using System.Globalization;

namespace EventHub.PostgresServer;

/// <summary>
/// A PgBouncer in front of a test server that lends out connections by the transaction, and so few of them that clients are bound to get one another's.
/// </summary>
public sealed class TestPooler
{
    private const string Script =
        """
        dir=$1 server=$2 port=$3
        cat >"$dir/pgbouncer.ini" <<INI
        [databases]
        * = host=127.0.0.1 port=$server user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = $port
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 3
        max_client_conn = 200
        INI
        PATH=$PATH:/usr/sbin
        pgbouncer "$dir/pgbouncer.ini" 2>&1 &
        pid=$!
        while read -r command; do :; done
        kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$dir"
        """;

    private readonly GuardedProcess _process;

    private TestPooler(GuardedProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    public static async Task<TestPooler> StartAsync(TestServer server)
    {
        var port = FreePorts.Next();
        string[] ports = [server.Port.ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture)];
        return new TestPooler(await GuardedProcess.StartAsync(Script, ports, "process up"), port);
    }

    /// <summary>Stops it and removes its directory.</summary>
    public Task RemoveAsync() => _process.EndAsync();
}
