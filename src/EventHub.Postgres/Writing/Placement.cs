using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>Where <c>append</c> put a batch, and what it found in the log row.</summary>
/// <param name="Base">The head before it.</param>
/// <param name="Change">Number of the newest change.</param>
/// <param name="Trimmed">The trim point.</param>
/// <param name="Partitioned">Up to where (excluded) there are partitions.</param>
internal sealed record Placement(long Base, long Change, long Trimmed, long Partitioned)
{
    public static async Task<Placement> ReadAsync(NpgsqlCommand append)
    {
        var rows = await append.ListAsync(
            static row => new Placement(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), CancellationToken.None).ConfigureAwait(false);
        return rows[0];
    }
}
