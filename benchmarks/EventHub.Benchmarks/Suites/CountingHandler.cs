using System.Buffers;
using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Delivery.Destinations.Handlers;

namespace EventHub.Benchmarks.Suites;

/// <summary>Counts what it gets and how old it is, and tells when it got all that was expected.</summary>
internal sealed class CountingHandler : IEventHandler
{
    private readonly Lock _lock = new();
    private long _left;
    private TaskCompletionSource _done = new();

    public LatencyHistogram Latencies { get; private set; } = new();

    /// <summary>Begins anew: the task ends at the last of so many events.</summary>
    public Task Expect(long count)
    {
        lock (_lock)
        {
            _left = count;
            Latencies = new LatencyHistogram();
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task;
        }
    }

    public ValueTask<HandlerResult> HandleAsync(HandlerContext context, CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        var sentAt = EventBody.FindSentAt(new ReadOnlySequence<byte>(context.Event.Payload));
        lock (_lock)
        {
            if (sentAt > 0) Latencies.AddTicks(now - sentAt);
            if (--_left == 0) _done.TrySetResult();
        }

        return new ValueTask<HandlerResult>(HandlerResult.Complete);
    }
}
