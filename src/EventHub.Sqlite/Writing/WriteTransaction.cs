using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// What operations see of the transaction they run in: its connection, the head as they leave it, and the notices to give after the
/// commit, in the order they were executed.
/// </summary>
internal sealed class WriteTransaction(SqliteConnection connection, LogHead committed, NewestBlock newest, TimeProvider clock)
{
    private readonly List<Action<ICommitObserver>> _notices = [];
    private List<Event>? _appended;

    public SqliteConnection Connection { get; } = connection;

    /// <summary>Sequence of the newest event, those of this transaction included.</summary>
    public long Head { get; private set; } = committed.Head;

    public long Trimmed { get; set; } = committed.Trimmed;

    /// <summary>The store's clock, now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Writes the event at the next sequence, and notes that it was appended.</summary>
    public Event Append(Event source)
    {
        var appended = source.At(++Head);
        EventTable.Insert(Connection, appended);
        newest.Add(Connection, appended);
        if (_appended is null)
        {
            var events = _appended = [];
            _notices.Add(observer => observer.Appended(events));
        }

        _appended.Add(appended);
        return appended;
    }

    /// <summary>Something for the observer that is no append.</summary>
    public void Notify(Action<ICommitObserver> notice)
    {
        _appended = null;
        _notices.Add(notice);
    }

    /// <summary>Gives the notices; after the commit.</summary>
    public void Tell(ICommitObserver observer)
    {
        foreach (var notice in _notices) notice(observer);
    }
}
