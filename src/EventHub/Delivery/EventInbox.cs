using EventHub.Events;

namespace EventHub.Delivery;

/// <summary>What the router has routed to a runner and the runner not taken yet. Bounded by count and bytes; when full it refuses, and the runner reads the log itself.</summary>
internal sealed class EventInbox(int capacity, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Queue<Event> _events = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock) return _events.Count;
        }
    }

    public bool TryAdd(Event item)
    {
        lock (_lock)
        {
            if (_events.Count >= capacity || (_bytes >= maxBytes && _events.Count > 0)) return false;
            _events.Enqueue(item);
            _bytes += item.Size;
            return true;
        }
    }

    public bool TryTake(out Event? item)
    {
        lock (_lock)
        {
            if (!_events.TryDequeue(out item)) return false;
            _bytes -= item.Size;
            return true;
        }
    }
}
