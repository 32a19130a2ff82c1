using EventHub.Events;

namespace EventHub.Storage.Memory;

/// <summary>One event of the log with the dispatches known of it.</summary>
internal sealed class MemoryEvent(Event source)
{
    // By key. Most events have a handful of dispatches, nearly all added in order of subscription.
    private List<MemoryDispatch>? _dispatches;

    public Event Event => source;

    /// <summary>In order of their keys.</summary>
    public IReadOnlyList<MemoryDispatch> Dispatches => _dispatches ?? (IReadOnlyList<MemoryDispatch>)[];

    /// <summary>A dead letter or an exception still refers to it.</summary>
    public bool IsHeld => _dispatches is not null && _dispatches.Exists(dispatch => dispatch.HoldsEvent);

    public MemoryDispatch? Find(DispatchKey key)
    {
        var index = IndexOf(key);
        return index < 0 ? null : _dispatches![index];
    }

    public MemoryDispatch FindOrAdd(DispatchKey key)
    {
        var index = IndexOf(key);
        if (index >= 0) return _dispatches![index];
        var added = new MemoryDispatch(key, this);
        (_dispatches ??= []).Insert(~index, added);
        return added;
    }

    /// <summary>Index of the key, or the complement of where it belongs.</summary>
    private int IndexOf(DispatchKey key)
    {
        if (_dispatches is null) return ~0;
        var low = 0;
        var high = _dispatches.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _dispatches[middle].Key.CompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
