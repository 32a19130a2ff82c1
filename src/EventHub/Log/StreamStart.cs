namespace EventHub.Log;

/// <summary>Where a stream begins.</summary>
public sealed record StreamStart
{
    private StreamStart()
    {
    }

    /// <summary>With the next event.</summary>
    public static StreamStart Head { get; } = new();

    internal string? ResumeFrom { get; private init; }

    internal long? Position { get; private init; }

    internal long? Sequence { get; private init; }

    internal DateTimeOffset? Time { get; private init; }

    /// <summary>After the place a stream named (see <see cref="ResumePoint"/>), as text, whatever it is.</summary>
    public static StreamStart Resume(string text) => new() { ResumeFrom = text };

    /// <summary>After this sequence of this very log.</summary>
    internal static StreamStart After(long sequence) => new() { Position = sequence };

    /// <summary>With the event of this sequence; 0 and 1: with the oldest there is.</summary>
    public static StreamStart FromSequence(long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        return new() { Sequence = sequence };
    }

    /// <summary>With the first event created at or after this time.</summary>
    public static StreamStart FromTime(DateTimeOffset time) => new() { Time = time };
}
