using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;

namespace EventHub.Sqlite.Schema;

/// <summary>
/// Instead of an index entry per event and column, <c>postings</c>: for each complete block of 1024 sequences and each value of a column
/// in it, which of them have it. Written once, when the block is complete, at the end of the table: random index pages, which made up
/// most of what a commit wrote, are gone. A search asks block by block, and looks at the rows of the newest, incomplete block.
/// </summary>
/// <remarks>
/// <c>field</c>: 0 type, 1 source, 2 organization_id, 3 user_id. <c>places</c>: what is to be added to block * 1024, either as ascending
/// little-endian 16-bit numbers (fewer than 64), or as a bitmap of 128 bytes, bit 0 first.
/// </remarks>
internal static class Migration0003
{
    private const string Sql =
        """
        DROP INDEX events_type;
        DROP INDEX events_source;
        DROP INDEX events_organization;
        DROP INDEX events_user;
        CREATE TABLE postings (
          block INTEGER NOT NULL,
          field INTEGER NOT NULL,
          value TEXT NOT NULL,
          places BLOB NOT NULL,
          PRIMARY KEY (block, field, value)
        ) WITHOUT ROWID;
        """;

    public static void Run(SqliteConnection connection)
    {
        connection.Execute(Sql);
        var blocks = new List<long>();
        using (var rows = connection.Use("SELECT block FROM time_blocks ORDER BY block"))
        {
            while (rows.Step()) blocks.Add(rows.Int64(0));
        }

        foreach (var block in blocks) BlockTable.Close(connection, block);
    }
}
