using System.Buffers.Binary;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// What is kept per block of sequences instead of per event: the times it spans (<c>time_blocks</c>) and which of its events have which type,
/// source, organization and user (<c>postings</c>). Written in the transaction that completes the block.
/// </summary>
internal static class BlockTable
{
    /// <summary>Sequences per block: block b holds b * 1024 to b * 1024 + 1023.</summary>
    public const int Size = 1024;

    /// <summary>With as many places, a bitmap of as many bytes is as small.</summary>
    private const int BitmapFrom = Size / 8 / sizeof(ushort);

    private const string RowsSql =
        "SELECT sequence, created_at, type, source, organization_id, user_id FROM events WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence";

    private const string SaveTimesSql = "INSERT OR REPLACE INTO time_blocks (block, earliest, latest) VALUES (?1, ?2, ?3)";
    private const string SavePostingSql = "INSERT OR REPLACE INTO postings (block, field, value, places) VALUES (?1, ?2, ?3, ?4)";

    private static readonly string[] s_removeSql = ["DELETE FROM time_blocks WHERE block < ?1", "DELETE FROM postings WHERE block < ?1"];

    /// <summary>Writes what is kept of a complete block, read from its events.</summary>
    public static void Close(SqliteConnection connection, long block)
    {
        var contents = new BlockContents();
        using (var rows = connection.Use(RowsSql))
        {
            rows.Bind(1, block * Size).Bind(2, ((block + 1) * Size) - 1);
            while (rows.Step())
            {
                contents.Add(
                    rows.Int64(0), rows.Int64(1), rows.CommonText(2), rows.CommonText(3), rows.CommonTextOrNull(4), rows.CommonTextOrNull(5));
            }
        }

        Save(connection, block, contents);
    }

    /// <summary>Writes what is kept of a complete block.</summary>
    public static void Save(SqliteConnection connection, long block, BlockContents contents)
    {
        using (var save = connection.Use(SaveTimesSql)) save.Bind(1, block).Bind(2, contents.Earliest).Bind(3, contents.Latest).Run();
        for (var field = 0; field < contents.Places.Count; field++) Save(connection, block, field, contents.Places[field]);
    }

    /// <summary>Removes what is kept of all blocks before this one.</summary>
    public static void Remove(SqliteConnection connection, long block)
    {
        foreach (var sql in s_removeSql)
        {
            using var remove = connection.Use(sql);
            remove.Bind(1, block).Run();
        }
    }

    private static void Save(SqliteConnection connection, long block, int field, Dictionary<string, List<ushort>> places)
    {
        // In the table's order, so that each page is written once.
        var values = places.Keys.ToArray();
        Array.Sort(values, StringComparer.Ordinal);
        Span<byte> bytes = stackalloc byte[Size / 8];
        foreach (var value in values)
        {
            using var save = connection.Use(SavePostingSql);
            save.Bind(1, block).Bind(2, field).Bind(3, value).BindBlob(4, Encode(places[value], bytes)).Run();
        }
    }

    private static ReadOnlySpan<byte> Encode(List<ushort> places, Span<byte> bytes)
    {
        if (places.Count < BitmapFrom)
        {
            for (var i = 0; i < places.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes[(i * sizeof(ushort))..], places[i]);
            return bytes[..(places.Count * sizeof(ushort))];
        }

        bytes.Clear();
        foreach (var place in places) bytes[place / 8] |= (byte)(1 << (place % 8));
        return bytes;
    }
}
