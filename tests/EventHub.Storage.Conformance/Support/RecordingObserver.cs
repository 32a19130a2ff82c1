using System.Collections.Concurrent;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Writes down what a store tells of its commits, in order.</summary>
public sealed class RecordingObserver : ICommitObserver
{
    private readonly ConcurrentQueue<object> _notices = new();
    private readonly SemaphoreSlim _told = new(0);
    private int _inside;
    private int _overlaps;

    /// <summary>All notices so far: a list of events, a <see cref="SubscriptionVersion"/>, or the key of a subscription that was requeued.</summary>
    public IReadOnlyList<object> Notices => [.. _notices];

    /// <summary>All events told of, in order.</summary>
    public IReadOnlyList<Event> Events => [.. _notices.OfType<IReadOnlyList<Event>>().SelectMany(events => events)];

    /// <summary>How often the store called while another call was still running.</summary>
    public int Overlaps => Volatile.Read(ref _overlaps);

    /// <inheritdoc/>
    public void Appended(IReadOnlyList<Event> events) => Note(events.ToArray());

    /// <inheritdoc/>
    public void HeadMoved(long head) => Note(head);

    /// <inheritdoc/>
    public void SubscriptionChanged(SubscriptionVersion version) => Note(version);

    /// <inheritdoc/>
    public void Requeued(int subscriptionKey) => Note(subscriptionKey);

    /// <summary>Completes when there is a notice that nobody waited for yet.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _told.WaitAsync(cancellationToken);

    private void Note(object notice)
    {
        if (Interlocked.Increment(ref _inside) > 1) Interlocked.Increment(ref _overlaps);
        _notices.Enqueue(notice);
        Thread.Yield();
        Interlocked.Decrement(ref _inside);
        _told.Release();
    }
}
