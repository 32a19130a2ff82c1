using EventHub.Sqlite.Diagnostics;
using EventHub.Sqlite.Native;
using SQLitePCL;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// Copies the write-ahead log into the database, on the writer's thread and connection only: SQLite before 3.51.3 can corrupt a WAL
/// that one connection checkpoints while another writes. Failure policy: a checkpoint that finds a lock or no space is tried again
/// later, the WAL stays valid; any other failure is thrown and stops the writer.
/// </summary>
internal sealed class Checkpointer(SqliteConnection connection, int threshold, WriterContext context)
{
    /// <summary>A WAL that grew beyond this many thresholds gives its disk space back when there is time.</summary>
    private const int Large = 4;
    private long _pages;
    private long _longest;
    private long _next = threshold;

    /// <summary>Something is worth doing when no write comes for a while.</summary>
    public bool HasWork => _pages >= Math.Max(1, threshold / 4) || IsLarge;

    private bool IsLarge => _longest >= (long)Large * threshold;

    /// <summary>Between transactions: copies without waiting for anybody once the WAL is long enough.</summary>
    public void AfterCommit()
    {
        _pages += connection.TakeWrittenPages();
        _longest = Math.Max(_longest, _pages);
        if (_pages >= _next) Copy(raw.SQLITE_CHECKPOINT_PASSIVE);
    }

    /// <summary>No write for a while: also gives back the space of a WAL that has become large.</summary>
    public void WhenIdle() => Copy(IsLarge ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE);

    /// <summary>Leaves everything in the database file and the WAL empty, if nobody else reads it.</summary>
    public void BeforeClose() => Copy(raw.SQLITE_CHECKPOINT_TRUNCATE);

    private void Copy(int mode)
    {
        try
        {
            // Waiting for readers would make every writer wait with us.
            connection.SetBusyTimeout(TimeSpan.Zero);
            _pages = connection.Checkpoint(mode);
            if (mode == raw.SQLITE_CHECKPOINT_TRUNCATE) _longest = _pages;
        }
        catch (SqliteException exception) when (SqliteFailures.IsBusy(exception))
        {
            // A reader is still in it: whatever could be copied was.
        }
        catch (SqliteException exception) when (SqliteFailures.IsDiskFull(exception))
        {
            context.Logger.CheckpointDelayed(context.Path, exception);
        }
        finally
        {
            _next = _pages + threshold;
            connection.SetBusyTimeout(SqliteConnections.BusyTimeout);
        }
    }
}
