using System.Collections.Concurrent;
using EventHub.Delivery.Destinations;

namespace EventHub.Tests;

/// <summary>Watches attempts by key: whether two of one key were ever in flight at once, and the order in which they completed.</summary>
internal sealed class KeyWatch(Func<DeliveryRequest, string?> keyOf)
{
    private readonly ConcurrentDictionary<string, int> _inFlight = new();
    private int _overlaps;

    public int Overlaps => Volatile.Read(ref _overlaps);

    public ConcurrentDictionary<string, ConcurrentQueue<long>> Completed { get; } = new();

    /// <summary>Takes a few turns, so that another attempt of the key would be seen.</summary>
    public async ValueTask<AttemptOutcome> AttemptAsync(DeliveryRequest request, AttemptKind kind)
    {
        var key = keyOf(request) ?? "";
        if (_inFlight.AddOrUpdate(key, 1, static (_, count) => count + 1) > 1) Interlocked.Increment(ref _overlaps);
        for (var i = 0; i < 5; i++) await Task.Yield();
        _inFlight.AddOrUpdate(key, 0, static (_, count) => count - 1);
        if (kind == AttemptKind.Complete) Completed.GetOrAdd(key, static _ => new()).Enqueue(request.Event.Sequence);
        return new AttemptOutcome(kind);
    }
}
