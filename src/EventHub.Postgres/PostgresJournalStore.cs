using EventHub.Postgres.Connections;
using EventHub.Postgres.Reading;
using EventHub.Postgres.Writing;
using EventHub.Storage;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres;

/// <summary>The journal in PostgreSQL.</summary>
internal sealed class PostgresJournalStore(PostgresStore store) : IJournalStore
{
    private const string DismissSql =
        """
        UPDATE eventhub_data.results r SET dead_letter = false FROM unnest($1::bigint[], $2::integer[], $3::integer[]) k (sequence, subscription, generation)
        WHERE r.sequence = k.sequence AND r.subscription = k.subscription AND r.generation = k.generation AND r.dead_letter
        """;

    public ValueTask<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return store.Open.Database.UseAsync((connection, token) => DispatchSearch.RunAsync(connection, query, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<AttemptRecord>> GetAttemptsAsync(DispatchKey key, CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync<IReadOnlyList<AttemptRecord>>(
            async (connection, token) => await DispatchRows.ReadAttemptsAsync(connection, key, token).ConfigureAwait(false), cancellationToken);

    public ValueTask<IReadOnlyList<DispatchKey>> RequeueAsync(RequeueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return store.Open.Log.SubmitAsync(new RequeueOperation(request), cancellationToken);
    }

    public ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(
        int subscriptionKey, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync<IReadOnlyList<ExceptionRecord>>(
            async (connection, token) =>
                await DispatchRows.ReadRequeuedAsync(connection, subscriptionKey, afterGeneration, afterSequence, limit, token).ConfigureAwait(false),
            cancellationToken);

    public ValueTask<Track?> AddTrackAsync(int subscriptionKey, long floor, long until, CancellationToken cancellationToken) =>
        store.Open.Log.SubmitAsync(new AddTrackOperation(subscriptionKey, floor, until), cancellationToken);

    public ValueTask<int> DismissDeadLettersAsync(IReadOnlyList<DispatchKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return store.Open.Database.WriteAsync(
            (connection, token) => new NpgsqlCommand(DismissSql, connection)
                .WithArray(keys.Select(static key => key.Sequence).ToArray(), NpgsqlDbType.Bigint)
                .WithArray(keys.Select(static key => key.Subscription).ToArray(), NpgsqlDbType.Integer)
                .WithArray(keys.Select(static key => key.Generation).ToArray(), NpgsqlDbType.Integer).RunAsync(token),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionCounts>> GetCountsAsync(CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync<IReadOnlyList<SubscriptionCounts>>(
            async (connection, token) => await SubscriptionRows.ReadCountsAsync(connection, token).ConfigureAwait(false), cancellationToken);
}
