using System.Diagnostics;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>When the database, or connections to it, were taken from processes that go on: what they had not committed they may do again.</summary>
internal sealed class DatabaseFaults
{
    /// <summary>How long after the fault its consequences come: a runner starts over a second later, a settlement is offered again after up to five.</summary>
    private static readonly TimeSpan s_aftermath = TimeSpan.FromSeconds(SoakForm.IsBesideOthers ? 12 : 6);

    private readonly Lock _lock = new();
    private readonly List<(long From, long Until)> _faults = [];

    /// <summary>One that began then and is over now.</summary>
    public void AddSince(long from)
    {
        lock (_lock) _faults.Add((from, Stopwatch.GetTimestamp()));
    }

    /// <summary>Whether there was one, or the aftermath of one, at some moment between two times.</summary>
    public bool Between(long from, long until)
    {
        lock (_lock) return _faults.Exists(fault => fault.From <= until && fault.Until + (long)(s_aftermath.TotalSeconds * Stopwatch.Frequency) >= from);
    }

    /// <summary>How much of the time between two moments it was gone, aftermath not counted.</summary>
    public TimeSpan Within(long from, long until)
    {
        lock (_lock) return _faults.Aggregate(TimeSpan.Zero, (sum, fault) => sum + Overlap(Math.Max(from, fault.From), Math.Min(until, fault.Until)));
    }

    private static TimeSpan Overlap(long from, long until) => until > from ? Stopwatch.GetElapsedTime(from, until) : TimeSpan.Zero;
}
