namespace EventHub.Simulation;

/// <summary>The ambient scheduler of one simulated process. When the process is killed, nothing of it runs any more, whatever it was in the middle of.</summary>
internal sealed class SimContext(SimScheduler scheduler, string name) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _waiting = [];
    private bool _isPaused;

    public bool IsDead { get; private set; }

    public void Kill() => IsDead = true;

    /// <summary>SIGSTOP: what would run waits.</summary>
    public void Pause() => _isPaused = true;

    /// <summary>SIGCONT.</summary>
    public void Continue()
    {
        _isPaused = false;
        foreach (var (callback, state) in _waiting) scheduler.Post(this, callback, state);
        _waiting.Clear();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead) scheduler.Post(this, d, state);
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("The simulation has one thread.");

    public void Run(SendOrPostCallback callback, object? state)
    {
        if (IsDead) return;
        if (_isPaused)
        {
            _waiting.Add((callback, state));
            return;
        }

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
