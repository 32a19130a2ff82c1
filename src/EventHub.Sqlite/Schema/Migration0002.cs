namespace EventHub.Sqlite.Schema;

/// <summary>
/// Consumers: cursors that clients of the hub read by. <c>events</c> holds one pattern per line, which a pattern cannot contain;
/// <c>holder</c> counts until <c>held_until</c>.
/// </summary>
internal static class Migration0002
{
    public const string Sql =
        """
        CREATE TABLE consumers (
          name TEXT PRIMARY KEY,
          events TEXT NOT NULL,
          start TEXT NOT NULL,
          cursor INTEGER NOT NULL,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          holder TEXT,
          held_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        """;
}
