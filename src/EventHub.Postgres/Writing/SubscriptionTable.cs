using EventHub.Postgres.Connections;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>Writes subscriptions and their versions; in order with the log, whose row is locked.</summary>
internal static class SubscriptionTable
{
    private const string FindSql = "SELECT key, CASE WHEN deleted THEN 0 ELSE version END FROM eventhub_data.subscriptions WHERE id = $1";

    private const string CreateSql =
        """
        INSERT INTO eventhub_data.subscriptions (key, id, version, deleted, next_generation)
        SELECT coalesce(max(key), 0) + 1, $1, 1, false, 1 FROM eventhub_data.subscriptions RETURNING key
        """;

    private const string CreateTrackSql =
        """
        WITH lease AS (INSERT INTO eventhub_data.leases (subscription, owner, token, expires_at) VALUES ($1, NULL, 0, '-infinity'))
        INSERT INTO eventhub_data.tracks (subscription, generation, floor, until) VALUES ($1, 0, $2, NULL)
        """;

    private const string AddVersionSql =
        """
        WITH changed AS (UPDATE eventhub_data.subscriptions SET version = $2, deleted = $5 WHERE key = $1)
        INSERT INTO eventhub_data.subscription_versions (key, version, change, effective_after, deleted, document) VALUES ($1, $2, $3, $4, $5, $6)
        """;

    // The lease first: a settlement that is under way holds it, and its exceptions must be there before they are ended.
    private const string RemoveLeaseSql = "DELETE FROM eventhub_data.leases WHERE subscription = $1";

    private const string EndExceptionsSql =
        """
        WITH held AS (DELETE FROM eventhub_data.exceptions WHERE subscription = $1 RETURNING sequence, subscription, generation, attempts, created_at),
          gone AS (DELETE FROM eventhub_data.tracks WHERE subscription = $1)
        INSERT INTO eventhub_data.results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us, error, dead_letter)
        SELECT sequence, subscription, generation, 2, attempts, coalesce($2, clock_timestamp()), created_at, 0, 'subscription deleted', false FROM held
        """;

    private const string NextGenerationSql =
        """
        UPDATE eventhub_data.subscriptions SET next_generation = next_generation + 1, requeue_change = $2
        WHERE key = $1 AND NOT deleted RETURNING next_generation - 1
        """;

    private const string ExistsSql = "SELECT key FROM eventhub_data.subscriptions WHERE key = $1 AND NOT deleted";

    /// <summary>Key and version of a subscription; version 0 for one that is deleted, <c>null</c> when the id was never used.</summary>
    public static async Task<(int Key, int Version)?> FindAsync(OrderedTransaction transaction, string id)
    {
        var rows = await transaction.Command(FindSql).With(id).ListAsync(static row => (row.GetInt32(0), row.GetInt32(1)), CancellationToken.None).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Creates it with its main track and its lease; returns its key.</summary>
    public static async Task<int> CreateAsync(OrderedTransaction transaction, string id, long floor)
    {
        var rows = await transaction.Command(CreateSql).With(id).ListAsync(static row => row.GetInt32(0), CancellationToken.None).ConfigureAwait(false);
        await transaction.Command(CreateTrackSql).With(rows[0]).With(floor).RunAsync(CancellationToken.None).ConfigureAwait(false);
        return rows[0];
    }

    public static Task AddVersionAsync(OrderedTransaction transaction, SubscriptionVersion version, long change) =>
        transaction.Command(AddVersionSql).With(version.Key).With(version.Version).With(change).With(version.EffectiveAfter).With(version.IsDeleted)
            .With(System.Text.Encoding.UTF8.GetString(version.Subscription.ToStoredJson())).RunAsync(CancellationToken.None);

    /// <summary>Ends its exceptions as ignored, and removes tracks and lease.</summary>
    public static async Task EndDeliveriesAsync(OrderedTransaction transaction, int key)
    {
        await transaction.Command(RemoveLeaseSql).With(key).RunAsync(CancellationToken.None).ConfigureAwait(false);
        await transaction.Command(EndExceptionsSql).With(key).With(transaction.LeaseTime).RunAsync(CancellationToken.None).ConfigureAwait(false);
    }

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
