using EventHub.Events;

namespace EventHub.Storage.Memory;

/// <summary>
/// The events: those of the log at their index, so that finding one by sequence costs nothing; those kept behind the trim point apart.
/// </summary>
internal sealed class MemoryEventTable
{
    private readonly List<MemoryEvent> _log = [];
    private readonly SortedList<long, MemoryEvent> _kept = [];
    private readonly Dictionary<Guid, MemoryEvent> _byId = [];

    public long Head => Trimmed + _log.Count;

    /// <summary>The log begins after this sequence.</summary>
    public long Trimmed { get; private set; }

    public bool Contains(Guid id) => _byId.ContainsKey(id);

    public MemoryEvent? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>The event at a sequence, kept ones behind the trim point included.</summary>
    public MemoryEvent? Find(long sequence)
    {
        if (sequence > Head || sequence < 1) return null;
        return sequence > Trimmed ? _log[(int)(sequence - Trimmed - 1)] : _kept.GetValueOrDefault(sequence);
    }

    /// <summary>The dispatch with this key, if anything is known of it.</summary>
    public MemoryDispatch? Find(DispatchKey key) => Find(key.Sequence)?.Find(key);

    public void Add(Event appended)
    {
        var added = new MemoryEvent(appended);
        _log.Add(added);
        _byId.Add(appended.Id, added);
    }

    /// <summary>The events of the log in the range, or its reverse; without those behind the trim point.</summary>
    public IEnumerable<Event> Scan(long first, long last, bool descending)
    {
        var (low, high) = (Math.Max(first, Trimmed + 1), Math.Min(last, Head));
        for (var i = low; i <= high; i++) yield return _log[(int)((descending ? low + high - i : i) - Trimmed - 1)].Event;
    }

    /// <summary>All that is there in the range with its dispatches, or its reverse; kept events behind the trim point included.</summary>
    public IEnumerable<MemoryEvent> ScanAll(long first, long last, bool descending)
    {
        var kept = first > Trimmed ? [] : _kept.Values.Where(e => e.Event.Sequence >= first && e.Event.Sequence <= last);
        var inLog = Enumerable.Empty<MemoryEvent>();
        var (low, high) = (Math.Max(first, Trimmed + 1), Math.Min(last, Head));
        if (low <= high) inLog = Slice((int)(low - Trimmed - 1), (int)(high - Trimmed - 1), descending);
        return descending ? inLog.Concat(kept.Reverse()) : kept.Concat(inLog);
    }

    /// <summary>Moves the trim point; events that are not held go. Returns those that went.</summary>
    public List<MemoryEvent> Trim(long upTo)
    {
        upTo = Math.Min(upTo, Head);
        var gone = _kept.Values.Where(e => e.Event.Sequence <= upTo && !e.IsHeld).ToList();
        foreach (var released in gone) _kept.Remove(released.Event.Sequence);
        if (upTo > Trimmed)
        {
            var count = (int)(upTo - Trimmed);
            for (var i = 0; i < count; i++)
            {
                if (_log[i].IsHeld) _kept.Add(_log[i].Event.Sequence, _log[i]);
                else gone.Add(_log[i]);
            }

            _log.RemoveRange(0, count);
            Trimmed = upTo;
        }

        foreach (var removed in gone) _byId.Remove(removed.Event.Id);
        return gone;
    }

    private IEnumerable<MemoryEvent> Slice(int low, int high, bool descending)
    {
        for (var i = low; i <= high; i++) yield return _log[descending ? low + high - i : i];
    }
}
