using EventHub.Events;

namespace EventHub.Log;

/// <summary>
/// The newest events in memory: a ring the store's commits are put into, in order, and readers read from without locks.
/// Bounded by count and bytes; what it no longer holds is read from the store.
/// </summary>
internal sealed class LogTail
{
    /// <summary>Writers exclude each other: the store's commits, and the poll that learns of a head by itself. Readers take no lock.</summary>
    private readonly Lock _write = new();
    private readonly Event?[] _slots;
    private readonly int _mask;
    private readonly long _maxBytes;
    private AsyncSignal? _router;
    private long _first = 1;
    private long _head;
    private long _bytes;

    /// <param name="capacity">A power of two.</param>
    /// <param name="maxBytes">Sum of <see cref="Event.Size"/> held, at most (the newest event is always held).</param>
    public LogTail(int capacity, long maxBytes)
    {
        _slots = new Event?[capacity];
        _mask = capacity - 1;
        _maxBytes = maxBytes;
    }

    /// <summary>Sequence of the newest event known to be committed.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Sets where the log stands when the store was opened.</summary>
    public void Start(long head)
    {
        _first = head + 1;
        Volatile.Write(ref _head, head);
    }

    /// <summary>Wakes streams when the head moves.</summary>
    public Doorbell Bell { get; } = new();

    /// <summary>Wakes the router, before anybody else, whenever the head moves.</summary>
    public void Watch(AsyncSignal router) => Volatile.Write(ref _router, router);

    /// <summary>Stops waking the router.</summary>
    public void Unwatch() => Volatile.Write(ref _router, null);

    /// <summary>Takes in a commit. Called in commit order (see <see cref="Storage.ICommitObserver"/>).</summary>
    public void Append(IReadOnlyList<Event> events)
    {
        if (events.Count == 0) return;
        lock (_write)
        {
            var head = _head;
            if (events[^1].Sequence <= head) return;
            if (events[0].Sequence != head + 1) Restart_NeedsLock(events[0].Sequence);
            for (var i = 0; i < events.Count; i++) Put_NeedsLock(events[i]);
            Volatile.Write(ref _head, events[^1].Sequence);
        }

        Ring();
    }

    /// <summary>Learns that the log goes on to at least <paramref name="head"/> with events that another process committed. Any thread.</summary>
    public void MoveHead(long head)
    {
        lock (_write)
        {
            if (head <= _head) return;
            Restart_NeedsLock(head + 1);
            Volatile.Write(ref _head, head);
        }

        Ring();
    }

    /// <summary>
    /// Adds the events after <paramref name="after"/> to <paramref name="page"/>; false when the ring does not hold the first of them any more.
    /// Any thread.
    /// </summary>
    public bool TryRead(long after, int maxCount, long maxBytes, List<Event> page)
    {
        var head = Head;
        if (after >= head) return true;
        var bytes = 0L;
        for (var sequence = after + 1; sequence <= head && page.Count < maxCount && bytes < maxBytes; sequence++)
        {
            var item = Volatile.Read(ref _slots[sequence & _mask]);
            if (item is null || item.Sequence != sequence) return page.Count > 0;
            page.Add(item);
            bytes += item.Size;
        }

        return true;
    }

    private void Put_NeedsLock(Event item)
    {
        ref var slot = ref _slots[item.Sequence & _mask];
        if (slot is not null) Evict_NeedsLock(slot.Sequence);
        _bytes += item.Size;
        Volatile.Write(ref slot, item);
        while (_bytes > _maxBytes && _first < item.Sequence) Evict_NeedsLock(_first);
    }

    private void Restart_NeedsLock(long first)
    {
        Array.Clear(_slots);
        _bytes = 0;
        _first = first;
    }

    private void Evict_NeedsLock(long sequence)
    {
        ref var slot = ref _slots[sequence & _mask];
        if (slot is not null)
        {
            _bytes -= slot.Size;
            Volatile.Write(ref slot, null);
        }

        if (sequence >= _first) _first = sequence + 1;
    }

    private void Ring()
    {
        Volatile.Read(ref _router)?.Set();
        Bell.Ring();
    }
}
