using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Log;

/// <summary>
/// Old events that were read from the store a moment ago, for the next reader that is as far behind: what is read and serialized for one that catches up
/// serves all who catch up beside it. Holds whole pages of the log, which never change; bounded by pages, and each by bytes.
/// </summary>
internal sealed class SharedPages(IEventLog log)
{
    /// <summary>Events of a page: page p holds p * 128 + 1 to (p + 1) * 128.</summary>
    public const int Size = 128;

    /// <summary>A page of more is read by each reader for itself.</summary>
    private const long MaxBytes = 256 * 1024;

    private const int Slots = 16;
    private readonly Slot?[] _slots = new Slot?[Slots];

    /// <summary>
    /// The events after <paramref name="after"/> in its page, which all must be committed; <c>null</c> when the page is not to be shared: it is too large,
    /// or a part of it has been trimmed.
    /// </summary>
    /// <exception cref="StorageException">The store could not be read; the next caller reads it again.</exception>
    public async ValueTask<ArraySegment<Event>?> ReadAsync(long after, CancellationToken cancellationToken)
    {
        var page = after / Size;
        var slot = Volatile.Read(ref _slots[page % Slots]);
        if (slot is null || slot.Page != page || slot.Reading.IsFaulted)
        {
            // Two that come at once may both read: rare, and harmless.
            slot = new Slot(page, ReadPageAsync(page));
            Volatile.Write(ref _slots[page % Slots], slot);
        }

        // The read is everybody's: one reader that leaves does not end it.
        var events = slot.Reading.IsCompletedSuccessfully ? slot.Reading.Result : await slot.Reading.WaitAsync(cancellationToken);
        var skip = (int)(after % Size);
        if (events is null) return null;
        return new ArraySegment<Event>(events, skip, Size - skip);
    }

    private async Task<Event[]?> ReadPageAsync(long page)
    {
        var read = await log.ReadAsync(page * Size, Size, MaxBytes, null, CancellationToken.None);
        return read.Events.Count == Size && read.Events[^1].Sequence == (page + 1) * Size ? [.. read.Events] : null;
    }

    private sealed record Slot(long Page, Task<Event[]?> Reading);
}
