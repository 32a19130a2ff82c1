namespace EventHub.Client;

/// <summary>There was no answer: the hub cannot be reached, the connection broke, or the time was over. What was asked may have been done.</summary>
public sealed class EventHubUnreachableException : EventHubException
{
    /// <summary>Makes one.</summary>
    public EventHubUnreachableException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
