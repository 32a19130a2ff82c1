namespace EventHub.Soak.Crashes;

/// <summary>One process of the hub, from its start to its end.</summary>
internal sealed class Generation(int number)
{
    public int Number => number;

    /// <summary>kill -9, and not a stop in good order.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Just before it was killed.</summary>
    public long KilledTime { get; private set; }

    public void Kill(long time)
    {
        WasKilled = true;
        KilledTime = time;
    }
}
