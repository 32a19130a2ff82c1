using Npgsql;
using NpgsqlTypes;

namespace EventHub.Benchmarks.Suites;

/// <summary>
/// What the hub on PostgreSQL is compared with: one table of sequence, id, type and payload, one connection, one INSERT for all appends that came in during the last
/// commit. No indexes beyond the key, no idempotency, no partitions, no order between processes.
/// </summary>
internal sealed class BarePostgresLog : IAsyncDisposable
{
    private const string Sql = "INSERT INTO bare (id, type, payload) SELECT * FROM unnest($1, $2, $3)";
    private readonly NpgsqlConnection _connection;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Task _loop;
    private List<(string[] Payloads, TaskCompletionSource Done)> _waiting = [];
    private bool _isClosed;

    private BarePostgresLog(NpgsqlConnection connection)
    {
        _connection = connection;
        _loop = Task.Run(RunAsync);
    }

    public static async Task<BarePostgresLog> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand("CREATE TABLE bare (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, type text NOT NULL, payload text NOT NULL)", connection);
        await create.ExecuteNonQueryAsync();
        return new BarePostgresLog(connection);
    }

    public Task AppendAsync(params string[] payloads)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((payloads, done));
            if (_waiting.Count == 1) _wanted.Release();
        }

        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        _wanted.Release();
        await _loop;
        await _connection.DisposeAsync();
        _wanted.Dispose();
    }

    private async Task RunAsync()
    {
        await using var insert = new NpgsqlCommand(Sql, _connection);
        var ids = insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        var types = insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        var texts = insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        while (true)
        {
            await _wanted.WaitAsync();
            if (_isClosed) return;
            List<(string[] Payloads, TaskCompletionSource Done)> taken;
            lock (_gate) (taken, _waiting) = (_waiting, []);
            var payloads = taken.SelectMany(static one => one.Payloads).ToArray();
            ids.Value = payloads.Select(static _ => Guid.CreateVersion7()).ToArray();
            types.Value = Enumerable.Repeat("bench.order.created", payloads.Length).ToArray();
            texts.Value = payloads;
            if (!insert.IsPrepared) await insert.PrepareAsync();
            await insert.ExecuteNonQueryAsync();
            foreach (var (_, done) in taken) done.SetResult();
        }
    }
}
