using EventHub.Events;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// Remembers, of the block that is being filled, what is kept of it when it is complete, so that its events need not be read again. What a
/// rolled back transaction left here is written over by the events that get its sequences after it. The writer's thread only.
/// </summary>
internal sealed class NewestBlock
{
    private readonly Entry[] _entries = new Entry[BlockTable.Size];

    /// <summary>Takes in an event that was inserted, and closes the block it completes, in the same transaction.</summary>
    public void Add(SqliteConnection connection, Event appended)
    {
        _entries[appended.Sequence % BlockTable.Size] = new Entry(
            appended.Sequence, Micros.From(appended.CreatedAt), appended.Type, appended.Source, appended.OrganizationId, appended.UserId);
        if ((appended.Sequence + 1) % BlockTable.Size == 0) Close(connection, appended.Sequence / BlockTable.Size);
    }

    private void Close(SqliteConnection connection, long block)
    {
        var contents = new BlockContents();
        var sequence = block * BlockTable.Size;
        foreach (var entry in _entries)
        {
            // Appended before this process opened the store.
            if (entry.Sequence != sequence)
            {
                BlockTable.Close(connection, block);
                return;
            }

            contents.Add(sequence++, entry.CreatedAt, entry.Type, entry.Source, entry.Organization, entry.User);
        }

        BlockTable.Save(connection, block, contents);
    }

    private readonly record struct Entry(long Sequence, long CreatedAt, string Type, string Source, string? Organization, string? User);
}
