namespace EventHub.Postgres.Schema;

/// <summary>
/// Vacuum sooner where one row is updated with every batch. While something older can still see them, old rows fill page after page, and the room on those pages is known only once
/// vacuum has looked: with a threshold of hundreds it never did, and the tables grew by a page now and then for ever. They are a few pages; their end is not cut off, which needs a
/// lock that appends would wait for.
/// </summary>
internal static class Migration0015
{
    public const string Sql =
        """
        ALTER TABLE eventhub_data.log SET (autovacuum_vacuum_threshold = 20, vacuum_truncate = off);
        ALTER TABLE eventhub_data.tracks SET (autovacuum_vacuum_threshold = 20, vacuum_truncate = off);
        """;
}
