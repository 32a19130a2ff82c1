namespace EventHub.Client;

/// <summary>A subscription could not go on exactly where it was, and nobody handles that: see <see cref="SubscribeOptions.OnReset"/>.</summary>
public sealed class StreamResetException : EventHubException
{
    /// <summary>Makes one.</summary>
    public StreamResetException(StreamReset reset) : base($"Events may have been missed ({reset?.Reason}); set OnReset to go on all the same.")
    {
        ArgumentNullException.ThrowIfNull(reset);
        Reset = reset;
    }

    /// <summary>Why, and where it would go on.</summary>
    public StreamReset Reset { get; }
}
