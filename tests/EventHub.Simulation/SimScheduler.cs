namespace EventHub.Simulation;

/// <summary>
/// Runs everything on one thread in an order drawn from a seed, in virtual time: when nothing can run, the clock moves to the next timer.
/// </summary>
internal sealed class SimScheduler(Random random)
{
    private readonly List<(SimContext Context, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly PriorityQueue<SimTimer, (long At, long Order)> _timers = new();
    private long _order;

    /// <summary>Virtual ticks (100 ns) since the beginning.</summary>
    public long Now { get; private set; }

    public long Steps { get; private set; }

    public void Post(SimContext context, SendOrPostCallback callback, object? state) => _ready.Add((context, callback, state));

    public void Schedule(SimTimer timer, long at) => _timers.Enqueue(timer, (timer.At = at, _order++));

    /// <summary>Runs until it is done.</summary>
    /// <exception cref="InvalidOperationException">Nothing can run any more, or the run is endless.</exception>
    public void RunUntil(Func<bool> isDone, long maxSteps)
    {
        while (!isDone())
        {
            if (++Steps > maxSteps) throw new InvalidOperationException($"The run does not end: {maxSteps} steps, virtual time {TimeSpan.FromTicks(Now)}.");
            if (_ready.Count > 0)
            {
                var index = random.Next(_ready.Count);
                var (context, callback, state) = _ready[index];
                _ready[index] = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
                context.Run(callback, state);
            }
            else if (_timers.TryDequeue(out var timer, out var due))
            {
                if (timer.At != due.At) continue; // moved since
                Now = Math.Max(Now, due.At);
                timer.Fire();
            }
            else
            {
                throw new InvalidOperationException("Deadlock: nothing can run and no timer is set.");
            }
        }
    }
}
