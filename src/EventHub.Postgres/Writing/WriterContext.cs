using EventHub.Postgres.Connections;
using Microsoft.Extensions.Logging;

namespace EventHub.Postgres.Writing;

/// <summary>What surrounds the writers.</summary>
/// <param name="Database">Where they write.</param>
/// <param name="Options">How.</param>
/// <param name="Clock">For waiting.</param>
/// <param name="LeaseClock">What judges leases in place of the database's clock, in tests; <c>null</c> for that.</param>
/// <param name="Logger">Where they log.</param>
internal sealed record WriterContext(HubDatabase Database, PostgresOptions Options, TimeProvider Clock, TimeProvider? LeaseClock, ILogger Logger)
{
    /// <summary>The time statements that judge leases are given: <c>null</c> means the database's.</summary>
    public DateTimeOffset? LeaseTime => LeaseClock?.GetUtcNow();
}
