namespace EventHub.Client.Consumers;

/// <summary>Another client has the consumer: one at a time, so that order is strict.</summary>
public sealed class ConsumerHeldException : EventHubException
{
    /// <summary>Makes one.</summary>
    public ConsumerHeldException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The instance that has it.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Until when, unless it goes on asking.</summary>
    public DateTimeOffset? HeldUntil { get; init; }
}
