using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>A page of events as it fills.</summary>
internal sealed class PageBuilder(PageLimits limits)
{
    private readonly List<Event> _events = [];
    private long _bytes;

    public bool IsFull => _events.Count >= limits.Count || (_events.Count > 0 && _bytes >= limits.Bytes);

    /// <summary>Sequence of its last event; <c>null</c> when it is empty.</summary>
    public long? Last => _events.Count == 0 ? null : _events[^1].Sequence;

    public void Add(Event row)
    {
        _events.Add(row);
        _bytes += row.Size;
    }

    public EventPage ToPage(long through) => new(_events, through);
}
