using System.Collections.Concurrent;
using EventHub.Delivery.Destinations;
using EventHub.Routing;

namespace EventHub.Tests;

/// <summary>Records every attempt and answers as the test says; completes unless told otherwise.</summary>
internal sealed class RecordingDestination : IDestinationClient
{
    private readonly ConcurrentQueue<DeliveryRequest> _requests = new();
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _count;

    public Type DestinationType => typeof(HandlerDestination);

    /// <summary>What an attempt comes to.</summary>
    public Func<DeliveryRequest, CancellationToken, ValueTask<AttemptOutcome>> Answer { get; set; } = static (_, _) => new(new AttemptOutcome(AttemptKind.Complete));

    public IReadOnlyCollection<DeliveryRequest> Requests => _requests;

    public int CountFor(string subscription) => _requests.Count(r => r.Subscription.Name == subscription);

    public async ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(request);
        var outcome = await Answer(request, cancellationToken);
        lock (_lock)
        {
            _count++;
            foreach (var waiting in _waiting.Where(w => w.Count <= _count)) waiting.Reached.TrySetResult();
        }

        return outcome;
    }

    /// <summary>Completes when so many attempts have ended.</summary>
    public Task WaitForAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_count >= count) return Task.CompletedTask;
            _waiting.Add((count, reached));
        }

        return reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
