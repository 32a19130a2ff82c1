using EventHub.Events;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>What an ordered operation sees of its transaction: the log row, which it holds locked, and what to tell the observer after the commit.</summary>
internal sealed class OrderedTransaction(NpgsqlConnection connection, LogView start, DateTimeOffset? leaseTime)
{
    private readonly List<Action<ICommitObserver>> _notices = [];

    public NpgsqlConnection Connection => connection;

    /// <summary>The log as this transaction found it.</summary>
    public LogView Start => start;

    public long Head => start.Head;

    public long Trimmed { get; set; } = start.Trimmed;

    /// <summary>Number of the newest change, those of this transaction included.</summary>
    public long Change { get; private set; } = start.Change;

    /// <summary>Events it appended, at their places; empty when there are none.</summary>
    public IReadOnlyList<Event> Appended { get; private set; } = [];

    /// <summary>With <see cref="Appended"/>: up to where (excluded) there are partitions.</summary>
    public long Partitioned { get; private set; }

    /// <summary>What judges leases in place of the database's clock.</summary>
    public DateTimeOffset? LeaseTime => leaseTime;

    /// <summary>Takes the next number for something that other processes must learn of, and notes what to tell the observer here.</summary>
    public async Task<long> ChangeAsync(Action<ICommitObserver> notice)
    {
        await connection.RunAsync("UPDATE eventhub_data.log SET change = change + 1", CancellationToken.None).ConfigureAwait(false);
        return NoteChange(notice);
    }

    /// <summary>The same, where a function of the database has taken the number.</summary>
    public long NoteChange(Action<ICommitObserver> notice)
    {
        _notices.Add(notice);
        return ++Change;
    }

    /// <summary>Notes what it appended.</summary>
    public void NoteAppended(IReadOnlyList<Event> events, long partitioned) => (Appended, Partitioned) = (events, partitioned);

    public NpgsqlCommand Command(string sql) => new(sql, connection);

    /// <summary>Gives the notices; after the commit.</summary>
    public void Tell(ICommitObserver observer)
    {
        foreach (var notice in _notices) notice(observer);
    }
}
