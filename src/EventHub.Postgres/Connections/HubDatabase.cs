using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>
/// The database and the connections to it. All of them come from one pool, and four of them are set aside for the writers, the bell and
/// the listener, so the budget holds by construction: what runs beyond it waits in line. Failure policy: what fails because its connection broke, and
/// cannot have been committed, is tried once more on a new one; what then fails is told to its caller.
/// </summary>
internal sealed class HubDatabase : IAsyncDisposable
{
    private const int SetAside = 4;
    private const int OutsideThePool = 1; // PostgresSecretKeys
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);
    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _permits;
    private readonly int _shared;
    private volatile bool _isClosed;

    public HubDatabase(PostgresOptions options)
    {
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Pooling = true,
            MaxPoolSize = options.MaxConnections - OutsideThePool,
            MinPoolSize = 0,
            NoResetOnClose = true, // nothing is ever set for a session, which a pooler may hand to others
            MaxAutoPrepare = 0,
            Enlist = false,
            ApplicationName = given.ApplicationName ?? "eventhub",
        };
        if (!given.ContainsKey("Timeout")) builder.Timeout = (int)s_connectTimeout.TotalSeconds;
        _source = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        _shared = options.MaxConnections - OutsideThePool - SetAside;
        _permits = new SemaphoreSlim(_shared, _shared);
        Name = options.DatabaseName;
    }

    /// <summary>How messages call it.</summary>
    public string Name { get; }

    /// <summary>One of the connections set aside. Its owner closes it.</summary>
    /// <exception cref="StorageException">It cannot be reached.</exception>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            throw PostgresFailures.ToStorage(exception, Name);
        }
    }

    /// <summary>Reads, or writes in one statement whose repetition does no harm.</summary>
    /// <exception cref="StorageException">It failed, or the store is closed.</exception>
    public async ValueTask<T> UseAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        if (_isClosed) throw PostgresFailures.Closed();
        await _permits.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed) throw PostgresFailures.Closed();
            try
            {
                return await UseOnceAsync(use, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException exception) when (exception is not PostgresException { InvariantSeverity: "ERROR" })
            {
                // The server was restarted, perhaps, and with it all idle connections are gone. Nothing was committed, so it may be tried on a new one.
                _source.Clear();
                return await UseOnceAsync(use, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            throw PostgresFailures.ToStorage(exception, Name);
        }
        finally
        {
            _permits.Release();
        }
    }

    private async ValueTask<T> UseOnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false)) return await use(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A transaction of its own. A commit whose outcome is unknown is told as that.</summary>
    /// <exception cref="StorageException">It failed, or the store is closed.</exception>
    public ValueTask<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return UseAsync(
            async (connection, _) =>
            {
                var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var result = await write(connection, CancellationToken.None).ConfigureAwait(false);
                    try
                    {
                        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    }
                    catch (Exception exception) when (PostgresFailures.IsTrouble(exception) && !PostgresFailures.IsRolledBack(exception))
                    {
                        throw PostgresFailures.OutcomeUnknown(exception, Name);
                    }

                    return result;
                }
            },
            cancellationToken);
    }

    /// <summary>Refuses what comes, waits for what runs, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        for (var i = 0; i < _shared; i++) await _permits.WaitAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _permits.Release(_shared); // those still in line come through and find it closed
    }
}
