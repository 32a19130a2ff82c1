using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite;

/// <summary>The log in SQLite.</summary>
internal sealed class SqliteEventLog(SqliteStore store) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        AppendOperation.Check(request);
        return store.Writer.SubmitAsync(new AppendOperation(request, store.Options.AnswersOnWriter), cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var (head, trimmed) = store.Writer.Committed;
        if (after >= head) return new ValueTask<EventPage>(new EventPage([], after));
        var limits = new PageLimits(maxCount, maxBytes);
        return store.Reads.ReadAsync(
            (connection, token) => LogScan.Read(connection, Math.Max(after, trimmed), head, limits, types, token), cancellationToken);
    }

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.Reads.ReadAsync((connection, _) => EventRows.Find(connection, id), cancellationToken);

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return store.Reads.ReadAsync<IReadOnlyList<Event>>(
            (connection, token) =>
            {
                var events = new List<Event>(sequences.Count);
                foreach (var sequence in sequences)
                {
                    token.ThrowIfCancellationRequested();
                    if (EventRows.Get(connection, sequence) is { } found) events.Add(found);
                }

                return events;
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        var trimmed = store.Writer.Committed.Trimmed;
        return store.Reads.ReadAsync<IReadOnlyList<Event>>(
            (connection, token) => EventSearch.Run(connection, query, trimmed, token), cancellationToken);
    }

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var (head, trimmed) = store.Writer.Committed;
        return store.Reads.ReadAsync(
            (connection, _) => TimeBlocks.FindFirstEvent(connection, Micros.FromUp(time), trimmed) is { } first ? first - 1 : head, cancellationToken);
    }

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (head, trimmed) = store.Writer.Committed;
        return new ValueTask<LogState>(new LogState(store.Epoch, head, trimmed));
    }

    public async ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0L;
        for (TrimStep step = default; !step.IsLast;)
        {
            step = await store.Writer.SubmitAsync(new TrimStepOperation(step.Through, upTo), cancellationToken).ConfigureAwait(false);
            removed += step.Removed;
        }

        while (await store.Writer.SubmitAsync(new ExpireKeysOperation(now), cancellationToken).ConfigureAwait(false))
        {
        }

        return removed;
    }
}
