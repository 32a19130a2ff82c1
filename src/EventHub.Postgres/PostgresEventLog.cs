using EventHub.Events;
using EventHub.Postgres.Maintenance;
using EventHub.Postgres.Reading;
using EventHub.Postgres.Writing;
using EventHub.Storage;

namespace EventHub.Postgres;

/// <summary>The log in PostgreSQL. Its head is the one this process's observer was told of, so reading forward goes no further.</summary>
internal sealed class PostgresEventLog(PostgresStore store) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        AppendOperation.Check(request);
        return store.Open.Log.SubmitAsync(new AppendOperation(request), cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var told = store.Open.Told;
        if (after >= told.Head) return new ValueTask<EventPage>(new EventPage([], after));
        return store.Open.Database.UseAsync(
            (connection, token) => LogScan.ReadAsync(connection, Math.Max(after, told.Trimmed), told.Head, maxCount, maxBytes, types, token), cancellationToken);
    }

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync((connection, token) => EventRows.FindAsync(connection, id, token), cancellationToken);

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return store.Open.Database.UseAsync((connection, token) => EventRows.GetAsync(connection, sequences, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        var trimmed = store.Open.Told.Trimmed;
        return store.Open.Database.UseAsync((connection, token) => EventSearch.RunAsync(connection, query, trimmed, token), cancellationToken);
    }

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var told = store.Open.Told;
        return store.Open.Database.UseAsync(
            async (connection, token) =>
                await TimeBlocks.FindFirstEventAsync(connection, time, told.Trimmed, told.Head, token).ConfigureAwait(false) is { } first ? first - 1 : told.Head,
            cancellationToken);
    }

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var open = store.Open;
        return new ValueTask<LogState>(new LogState(open.Epoch, open.Told.Head, open.Told.Trimmed));
    }

    public ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken) =>
        new Trimming(store.Open).RunAsync(upTo, now, cancellationToken);
}
