using EventHub.Postgres.Connections;
using EventHub.Postgres.Reading;
using EventHub.Routing;
using Npgsql;

namespace EventHub.Postgres.Noticing;

/// <summary>A change that another process committed.</summary>
/// <param name="Number">Its place among all changes.</param>
/// <param name="Subscription">Key of the subscription.</param>
/// <param name="Version">The new version; <c>null</c> when dispatches were asked for again.</param>
internal sealed record ForeignChange(long Number, int Subscription, SubscriptionVersion? Version)
{
    private const string VersionsSql =
        $"SELECT {SubscriptionRows.VersionColumns}, change FROM eventhub_data.subscription_versions WHERE change > $1 AND change <= $2";

    private const string RequeuesSql = "SELECT key, requeue_change FROM eventhub_data.subscriptions WHERE requeue_change > $1 AND requeue_change <= $2";

    /// <summary>Those after one number up to another, in order.</summary>
    public static async Task<IReadOnlyList<ForeignChange>> LoadAsync(NpgsqlConnection connection, long after, long through)
    {
        var changes = await new NpgsqlCommand(VersionsSql, connection).With(after).With(through).ListAsync(
            static row => new ForeignChange(row.GetInt64(5), row.GetInt32(0), SubscriptionRows.ReadVersion(row)), CancellationToken.None).ConfigureAwait(false);
        changes.AddRange(await new NpgsqlCommand(RequeuesSql, connection).With(after).With(through).ListAsync(
            static row => new ForeignChange(row.GetInt64(1), row.GetInt32(0), null), CancellationToken.None).ConfigureAwait(false));
        changes.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return changes;
    }
}
