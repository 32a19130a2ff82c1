using EventHub.Storage;

namespace EventHub.Consumers;

/// <summary>A consumer and how far it is behind.</summary>
/// <param name="Record">The consumer.</param>
/// <param name="Head">Sequence of the newest event.</param>
public sealed record ConsumerInfo(ConsumerRecord Record, long Head)
{
    /// <summary>Events of the log after its cursor, whether they are the consumer's or not: the most it may be owed.</summary>
    public long Lag => Math.Max(0, Head - Record.Cursor);
}
