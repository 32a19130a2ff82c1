using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventHub.Postgres.Noticing;

/// <summary>
/// Wakes the other processes after a commit, by NOTIFY without payload on a connection of its own: rings while one is under way become one more. NOTIFY
/// holds an instance-wide lock through its commit, which is why it is neither in the writer's transaction nor waits for the disk. A ring that fails
/// is not repeated: the others poll.
/// </summary>
internal sealed class Bell(HubDatabase database, ILogger logger)
{
    public const string Channel = "eventhub";

    /// <summary>The payload of a ring, by users, that says there is something in the outbox.</summary>
    public const string Staged = "outbox";

    private const string RingSql = $"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{Channel}', '')";
    private readonly SemaphoreSlim _rung = new(0, 1);
    private readonly Lock _gate = new();
    private volatile bool _isClosed;
    private volatile int _processId;
    private Task _loop = Task.CompletedTask;

    /// <summary>The server process that rings for this hub: what it rings need not wake us.</summary>
    public int ProcessId => _processId;

    public void Start() => _loop = Task.Run(RunAsync);

    public void Ring()
    {
        lock (_gate)
        {
            if (_rung.CurrentCount == 0) _rung.Release();
        }
    }

    public async Task CloseAsync()
    {
        _isClosed = true;
        Ring();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        NpgsqlConnection? connection = null;
        while (true)
        {
            await _rung.WaitAsync().ConfigureAwait(false);
            if (_isClosed) break;
            try
            {
                connection ??= await database.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
                _processId = connection.ProcessID;
                await connection.RunAsync(RingSql, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is StorageException || PostgresFailures.IsTrouble(exception))
            {
                if (connection is not null) logger.Disconnected("bell", exception.GetBaseException().Message);
                await Discard.ConnectionAsync(connection).ConfigureAwait(false);
                connection = null;
            }
        }

        await Discard.ConnectionAsync(connection).ConfigureAwait(false);
    }
}
