using System.Collections.Concurrent;
using System.Text;
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

    /// <summary>Payloads in the order of their attempts.</summary>
    public IEnumerable<string> Payloads => _requests.Select(PayloadOf);

    public static string PayloadOf(DeliveryRequest request) => Encoding.UTF8.GetString(request.Event.Payload.Span);

    public int CountFor(string subscription) => _requests.Count(r => r.Subscription.Name == subscription);

    /// <summary>From now on every attempt ends like this.</summary>
    public void AlwaysAnswer(AttemptKind kind, string? error = null) => Answer = (_, _) => new(new AttemptOutcome(kind, Error: error));

    /// <summary>Attempts end by turns like these, the last one from then on.</summary>
    public void AnswerInTurn(params AttemptKind[] kinds)
    {
        var turn = -1;
        Answer = (_, _) => new(new AttemptOutcome(kinds[Math.Min(Interlocked.Increment(ref turn), kinds.Length - 1)]));
    }

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

        return reached.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
    }
}
