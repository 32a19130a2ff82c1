using EventHub.Events;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Reads the log forward, a page at a time; how many rows one statement may look at and bring along is bounded.</summary>
internal static class LogScan
{
    /// <summary>Events one statement brings at most.</summary>
    private const int MostEvents = 1000;

    /// <summary>Rows a filtered statement looks at before it ends, found or not.</summary>
    private const long MostRows = 20_000;

    /// <summary>A running sum of sizes (as <see cref="Event.Size"/> counts) ends the page on the server, which would send megabytes in vain otherwise.</summary>
    private const string Size = "512 + octet_length(e.payload) + coalesce(octet_length(e.metadata), 0) + coalesce(octet_length(e.cloud_event), 0)";

    /// <param name="connection">Where.</param>
    /// <param name="after">At least the trim point.</param>
    /// <param name="head">Where reading ends: how far the observer was told.</param>
    /// <param name="maxCount">At most so many events.</param>
    /// <param name="maxBytes">And no further when they reach this size.</param>
    /// <param name="types">Which types.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<EventPage> ReadAsync(
        NpgsqlConnection connection, long after, long head, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        var events = new List<Event>();
        var bytes = 0L;
        var through = after;
        while (through < head && events.Count < maxCount && (events.Count == 0 || bytes < maxBytes))
        {
            var limit = Math.Min(maxCount - events.Count, MostEvents);
            var (found, seen) = await ReadStepAsync(connection, through, head, limit, maxBytes - bytes, types, cancellationToken).ConfigureAwait(false);
            events.AddRange(found);
            foreach (var item in found) bytes += item.Size;
            through = seen;
            if (found.Count == 0 && through < head && types is not null) break; // so far without a match: let the caller go on
        }

        return new EventPage(events, through);
    }

    private static async Task<(List<Event> Found, long Through)> ReadStepAsync(
        NpgsqlConnection connection, long after, long head, int limit, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand { Connection = connection };
        var condition = TypeCondition.Create(types, "e.type", command.With(after).With(0L).With(limit).With(maxBytes));
        var last = condition is null ? head : Math.Min(head, after + MostRows);
        command.Parameters[1].Value = last;
        command.CommandText =
            $"""
            SELECT {EventRows.Columns} FROM (
              SELECT e.*, sum({Size}) OVER (ORDER BY e.sequence) - ({Size}) AS bytes_before FROM (
                SELECT e.* FROM eventhub_data.events e WHERE e.sequence > $1 AND e.sequence <= $2{(condition is null ? "" : $" AND {condition}")}
                ORDER BY e.sequence LIMIT $3) e) e
            WHERE e.bytes_before < $4 OR e.bytes_before = 0 ORDER BY e.sequence
            """;
        var found = await command.ListAsync(EventRows.Read, cancellationToken).ConfigureAwait(false);

        // Fewer than asked for and not too many bytes: everything up to the bound was looked at.
        var size = 0L;
        foreach (var item in found) size += item.Size;
        var isWhole = found.Count < limit && (found.Count == 0 || size < maxBytes);
        return (found, isWhole ? last : found[^1].Sequence);
    }
}
