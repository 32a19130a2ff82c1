using EventHub.Postgres.Connections;

namespace EventHub.Postgres.Writing;

/// <summary>Subscriptions as requests to deliver again use them; in order with the log, whose row is locked.</summary>
internal static class SubscriptionTable
{
    private const string NextGenerationSql =
        """
        UPDATE eventhub_data.subscriptions SET next_generation = next_generation + 1, requeue_change = $2
        WHERE key = $1 AND NOT deleted RETURNING next_generation - 1
        """;

    private const string ExistsSql = "SELECT key FROM eventhub_data.subscriptions WHERE key = $1 AND NOT deleted";

    public static async Task<bool> ExistsAsync(OrderedTransaction transaction, int key) =>
        (await transaction.Command(ExistsSql).With(key).ListAsync(static row => row.GetInt32(0), CancellationToken.None).ConfigureAwait(false)).Count > 0;

    /// <summary>A generation not used before; other processes are told, and so is the observer.</summary>
    public static async Task<int> NextGenerationAsync(OrderedTransaction transaction, int key)
    {
        var change = await transaction.ChangeAsync(observer => observer.Requeued(key)).ConfigureAwait(false);
        var rows = await transaction.Command(NextGenerationSql).With(key).With(change).ListAsync(static row => row.GetInt32(0), CancellationToken.None).ConfigureAwait(false);
        return rows[0];
    }
}
