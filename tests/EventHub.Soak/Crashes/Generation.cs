using System.Diagnostics;

namespace EventHub.Soak.Crashes;

/// <summary>One process of the hub, from its start to its end.</summary>
internal sealed class Generation(int number, string name = "")
{
    private static readonly TimeSpan s_waking = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<(long From, long Until)> _starved = [];
    private long _stoodStillFrom = long.MaxValue;
    private long _stoodStillUntil = long.MaxValue;

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

    /// <summary>SIGSTOP: just before.</summary>
    public void StandStill() => _stoodStillFrom = Stopwatch.GetTimestamp();

    /// <summary>SIGCONT: just before.</summary>
    public void GoOn() => _stoodStillUntil = Stopwatch.GetTimestamp();

    /// <summary>It says that its leases have run out: it may have had no processor for as long as they last.</summary>
    public void LoseLeases(TimeSpan lease)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock) _starved.Add((now - (long)(lease.TotalSeconds * Stopwatch.Frequency), now));
    }

    /// <summary>Whether it stood still at some moment between two times, halted or for want of the processor.</summary>
    public bool StoodStill(long from, long until)
    {
        lock (_lock) return (_stoodStillFrom <= until && _stoodStillUntil >= from) || _starved.Exists(time => time.From <= until && time.Until >= from);
    }

    /// <summary>Whether it had just gone on: what stood between its last look at its lease and the socket goes out then, and nothing can take it back.</summary>
    public bool HadJustWoken(long time) => _stoodStillUntil <= time && Stopwatch.GetElapsedTime(_stoodStillUntil, time) < s_waking;

    public override string ToString() => name.Length > 0 ? name : $"process {number}";
}
