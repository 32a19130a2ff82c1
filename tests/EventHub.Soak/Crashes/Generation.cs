using System.Diagnostics;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>One process of the hub, from its start to its end.</summary>
internal sealed class Generation(int number, string name = "")
{
    private static readonly TimeSpan s_waking = SoakForm.Limit(TimeSpan.FromMilliseconds(250));

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

    /// <summary>Whether it stood still at some moment between two times.</summary>
    public bool StoodStill(long from, long until) => _stoodStillFrom <= until && _stoodStillUntil >= from;

    /// <summary>Whether it had just gone on: what stood between its last look at its lease and the socket goes out then, and nothing can take it back.</summary>
    public bool HadJustWoken(long time) => _stoodStillUntil <= time && Stopwatch.GetElapsedTime(_stoodStillUntil, time) < s_waking;

    public override string ToString() => name.Length > 0 ? name : $"process {number}";
}
