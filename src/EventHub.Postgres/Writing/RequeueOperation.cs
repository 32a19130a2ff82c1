using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Writing;

/// <summary>Makes new dispatches of ended ones, all in one new generation.</summary>
internal sealed class RequeueOperation(RequeueRequest request) : OrderedOperation<IReadOnlyList<DispatchKey>>
{
    private const string KeysSql = "unnest($2::bigint[], $3::integer[]) WITH ORDINALITY k (sequence, generation, place)";

    // Results are locked, so that two who ask for the same dead letter at once (on the same row, but also through a settlement) see each other.
    private const string ChooseSql =
        $"""
        SELECT r.sequence, r.generation FROM {KeysSql}
        JOIN eventhub_data.results r ON r.sequence = k.sequence AND r.generation = k.generation AND r.subscription = $1
        WHERE (r.dead_letter OR NOT $4) AND EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = r.sequence)
        ORDER BY k.place FOR NO KEY UPDATE OF r
        """;

    private const string DismissSql =
        $"""
        UPDATE eventhub_data.results r SET dead_letter = false FROM {KeysSql}
        WHERE r.sequence = k.sequence AND r.generation = k.generation AND r.subscription = $1 AND r.dead_letter
        """;

    private const string HoldSql =
        """
        INSERT INTO eventhub_data.exceptions (subscription, sequence, generation, state, attempts, due_at, created_at, retry_limit, retry_delay_us)
        SELECT $1, s.sequence, $2, 3, 0, $4, $5, $6, $7 FROM unnest($3::bigint[]) s (sequence)
        """;

    public override int Rows => request.Keys.Count;

    protected override async Task<IReadOnlyList<DispatchKey>> RunAsync(OrderedTransaction transaction)
    {
        // 1 choose
        var asked = request.Keys.Where(key => key.Subscription == request.SubscriptionKey).ToArray();
        if (!await SubscriptionTable.ExistsAsync(transaction, request.SubscriptionKey).ConfigureAwait(false)) return [];
        var chosen = await WithKeys(transaction.Command(ChooseSql), asked).With(request.OnlyDeadLetters)
            .ListAsync(row => new DispatchKey(row.GetInt64(0), request.SubscriptionKey, row.GetInt32(1)), CancellationToken.None).ConfigureAwait(false);
        if (chosen.Count == 0) return [];

        // 2 write: one new dispatch per event
        await WithKeys(transaction.Command(DismissSql), [.. chosen]).RunAsync(CancellationToken.None).ConfigureAwait(false);
        var generation = await SubscriptionTable.NextGenerationAsync(transaction, request.SubscriptionKey).ConfigureAwait(false);
        var requeued = chosen.Select(static key => key.Sequence).Distinct().Select(sequence => new DispatchKey(sequence, request.SubscriptionKey, generation)).ToList();
        await transaction.Command(HoldSql).With(request.SubscriptionKey).With(generation).With(requeued.ConvertAll(static key => key.Sequence).ToArray())
            .With((DateTimeOffset?)new DateTimeOffset(PgTime.FromUp(request.DueAt), TimeSpan.Zero)).With((DateTimeOffset?)request.Now)
            .With((long?)request.RetryLimit).With(request.RetryDelay is { } delay ? PgTime.Micros(delay) : (long?)null)
            .RunAsync(CancellationToken.None).ConfigureAwait(false);
        return requeued;
    }

    private NpgsqlCommand WithKeys(NpgsqlCommand command, DispatchKey[] keys) => command.With(request.SubscriptionKey)
        .WithArray(Array.ConvertAll(keys, static key => key.Sequence), NpgsqlDbType.Bigint)
        .WithArray(Array.ConvertAll(keys, static key => key.Generation), NpgsqlDbType.Integer);
}
