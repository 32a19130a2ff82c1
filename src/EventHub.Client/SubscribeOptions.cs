namespace EventHub.Client;

/// <summary>What a subscription follows, and from where.</summary>
public sealed record SubscribeOptions
{
    /// <summary>Patterns over types, such as <c>user.*</c>; any of them. Default: all types.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The source equals.</summary>
    public string? Source { get; init; }

    /// <summary>Goes on after an event that was read before: its <see cref="HubEvent.ResumePoint"/>. Goes before <see cref="Since"/>.</summary>
    public string? ResumeAfter { get; init; }

    /// <summary>Begins at a sequence (<c>0</c>: the oldest event there is) or an RFC 3339 time, then goes live. Default: the next event.</summary>
    public string? Since { get; init; }

    /// <summary>
    /// Called when events may have been missed; the subscription goes on when it returns. Default: <see cref="StreamResetException"/> ends the enumeration.
    /// </summary>
    public Func<StreamReset, CancellationToken, ValueTask>? OnReset { get; init; }

    /// <summary>Called when it is connected, with the point it goes on after: whatever is published from now on will come.</summary>
    public Action<string>? OnConnected { get; init; }

    /// <summary>Called when the connection was lost, before it reconnects; with what broke it, or <c>null</c> when the hub closed it.</summary>
    public Action<Exception?>? OnDisconnected { get; init; }
}
