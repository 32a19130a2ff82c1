namespace EventHub.Sqlite.Schema;

/// <summary>
/// Partitions of subscriptions: each has a lease and tracks of its own. <c>subscriptions.partitions</c> and <c>subscriptions.layout</c> say what is wanted
/// (how many, and the version that brought it), <c>leases.layout</c> what they are laid out by. VALID: the leases of a subscription have one layout and the
/// partitions 0 to n-1; each has a main track.
/// </summary>
internal static class Migration0004
{
    public const string Sql =
        """
        ALTER TABLE subscriptions ADD COLUMN partitions INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE subscriptions ADD COLUMN layout INTEGER NOT NULL DEFAULT 1;

        ALTER TABLE leases RENAME TO leases_before;
        CREATE TABLE leases (
          subscription INTEGER NOT NULL,
          partition INTEGER NOT NULL,
          layout INTEGER NOT NULL,
          owner TEXT,
          token INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          PRIMARY KEY (subscription, partition)
        ) WITHOUT ROWID;
        INSERT INTO leases (subscription, partition, layout, owner, token, expires_at) SELECT subscription, 0, 1, owner, token, expires_at FROM leases_before;
        DROP TABLE leases_before;

        ALTER TABLE tracks RENAME TO tracks_before;
        CREATE TABLE tracks (
          subscription INTEGER NOT NULL,
          generation INTEGER NOT NULL,
          partition INTEGER NOT NULL,
          floor INTEGER NOT NULL,
          until INTEGER,
          PRIMARY KEY (subscription, generation, partition)
        ) WITHOUT ROWID;
        INSERT INTO tracks (subscription, generation, partition, floor, until) SELECT subscription, generation, 0, floor, until FROM tracks_before;
        DROP TABLE tracks_before;
        """;
}
