using System.Diagnostics;

namespace EventHub.Soak.Crashes;

/// <summary>A request as the receiver saw it.</summary>
internal sealed class SoakRequest(Guid eventId, string messageId, int attempt, Generation generation)
{
    private static long s_moments;

    public Guid EventId => eventId;

    public string MessageId => messageId;

    public int Attempt => attempt;

    /// <summary>The process that sent it.</summary>
    public Generation Generation => generation;

    /// <summary>When it came, in the order of all comings and endings.</summary>
    public long Began { get; } = Interlocked.Increment(ref s_moments);

    public long BeganTime { get; } = Stopwatch.GetTimestamp();

    /// <summary>When it ended, in the order of all comings and endings; for an answer, before the hub can have seen it.</summary>
    public long Ended { get; private set; } = long.MaxValue;

    public long EndedTime { get; private set; }

    /// <summary>The same on the wall clock, which the hub's records go by.</summary>
    public DateTimeOffset EndedAt { get; private set; } = DateTimeOffset.MaxValue;

    public Ending Ending { get; private set; }

    public bool IsGood => Ending is Ending.Succeeded or Ending.Ignored;

    public TimeSpan Duration => Stopwatch.GetElapsedTime(BeganTime, EndedTime);

    public void End(Ending ending)
    {
        Ending = ending;
        EndedTime = Stopwatch.GetTimestamp();
        EndedAt = TimeProvider.System.GetUtcNow();
        Ended = Interlocked.Increment(ref s_moments);
    }

    public override string ToString() => $"{messageId} attempt {attempt} by {generation}: {Ending} [{Began}, {Ended}]";
}
