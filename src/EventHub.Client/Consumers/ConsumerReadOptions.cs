namespace EventHub.Client.Consumers;

/// <summary>How a consumer's events are read.</summary>
public sealed record ConsumerReadOptions
{
    /// <summary>The reader's own name, 1 to 255 visible ASCII characters, by which the hub tells it from others. Default: machine, process and a random part.</summary>
    public string Instance { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Events fetched at a time, 1 to 1000. Default 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>How long the hub waits for an event before it answers that there is none; at most 60 s. Default 30 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits while another instance has the consumer, to take over when it is gone. Default: <see cref="ConsumerHeldException"/>.</summary>
    public bool WaitWhileHeld { get; init; }

    /// <summary>Called when retention removed events before they were read; reading goes on when it returns. Default: <see cref="StreamResetException"/>.</summary>
    public Func<StreamReset, CancellationToken, ValueTask>? OnReset { get; init; }
}
