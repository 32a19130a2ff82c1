using System.Collections.Concurrent;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// A fixed number of read connections; reads beyond it wait in line. Every read sees one committed state and runs off the caller's
/// thread. Failure policy: a read that fails is told to its caller, and the next one tries again.
/// </summary>
internal sealed class ReadPool : IDisposable
{
    private readonly ConcurrentStack<SqliteConnection> _idle = new();
    private readonly SemaphoreSlim _permits;
    private readonly string _path;
    private readonly int _size;
    private volatile bool _isClosed;

    private ReadPool(string path, int size)
    {
        _path = path;
        _size = size;
        _permits = new SemaphoreSlim(size, size);
    }

    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static ReadPool Open(string path, int size)
    {
        var pool = new ReadPool(path, size);
        try
        {
            for (var i = 0; i < size; i++) pool._idle.Push(SqliteConnections.OpenReader(path));
            return pool;
        }
        catch (SqliteException)
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Runs a read in one snapshot.</summary>
    /// <exception cref="StorageException">It failed, or the store is closed.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        if (_isClosed) throw SqliteFailures.Closed();
        await _permits.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed) throw SqliteFailures.Closed();
            return await Task.Run(() => Read(read, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _permits.Release();
        }
    }

    /// <summary>Refuses further reads, waits for those that run, and closes the connections.</summary>
    public async Task CloseAsync()
    {
        _isClosed = true;
        for (var i = 0; i < _size; i++) await _permits.WaitAsync().ConfigureAwait(false);
        Dispose();
        _permits.Release(_size); // those still in line come through and find it closed
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var connection)) connection.Dispose();
    }

    private T Read<T>(Func<SqliteConnection, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        if (!_idle.TryPop(out var connection)) throw new InvalidOperationException("There are more reads than connections.");
        try
        {
            connection.Run("BEGIN");
            return read(connection, cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw SqliteFailures.ToStorage(exception, _path);
        }
        finally
        {
            EndSnapshot(connection);
            _idle.Push(connection);
        }
    }

    private static void EndSnapshot(SqliteConnection connection)
    {
        try
        {
            if (!connection.IsAutocommit) connection.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // Nothing was written; the next BEGIN on this connection tells its caller what is wrong.
        }
    }
}
