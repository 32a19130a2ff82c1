namespace EventHub.Simulation;

/// <summary>The ambient scheduler of one simulated process. When the process is killed, nothing of it runs any more, whatever it was in the middle of.</summary>
internal sealed class SimContext(SimScheduler scheduler, string name) : SynchronizationContext
{
    public bool IsDead { get; private set; }

    public void Kill() => IsDead = true;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead) scheduler.Post(this, d, state);
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("The simulation has one thread.");

    public void Run(SendOrPostCallback callback, object? state)
    {
        if (IsDead) return;
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override string ToString() => name;
}
