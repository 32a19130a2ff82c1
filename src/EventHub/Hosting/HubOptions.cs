namespace EventHub.Hosting;

/// <summary>How a hub runs. Checked at start: see <see cref="HubOptionsValidator"/>.</summary>
public sealed record HubOptions
{
    /// <summary>Name of this process: in events' <c>instance_id</c> and as owner of leases. Default: the host's name.</summary>
    public string InstanceId { get; init; } = Environment.MachineName;

    /// <summary>What this process does. Default all.</summary>
    public HubRoles Roles { get; init; } = HubRoles.All;

    /// <summary>How long events stay, at least; zero: for ever. Default 30 days. Never removes what is still owed, but see <see cref="RetentionHard"/>.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Retention removes what is still owed too, recording it <c>lost</c>. Default false.</summary>
    public bool RetentionHard { get; init; }

    /// <summary>How often retention runs. 1 s to 1 day; default 1 min.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an idempotency key is kept: 1 s to 30 days; default 24 h.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often a reader looks for news when no wake-up arrives: 1 ms to 1 min; default 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Events a worker takes from the log at a time: 1 to 10,000; default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Attempt timeout of webhooks that do not set their own: 1 ms to 10 min; default 10 s.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A worker not heard of for this long loses its leases: 1 s to 1 h; default 60 s.</summary>
    public TimeSpan StaleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stop waits for attempts in flight: 0 to 10 min; default 25 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Largest publish of one event, in bytes: 1 kB to 64 MiB; default 1 MiB.</summary>
    public int MaxEventBytes { get; init; } = 1024 * 1024;

    /// <summary>Events of publishes waiting for the store, at most; past it publishers get <c>QueueFull</c>. 1 to 1,000,000; default 20,000.</summary>
    public int MaxPendingEvents { get; init; } = 20_000;

    /// <summary>Bytes of publishes waiting for the store, at most. Default 64 MiB.</summary>
    public long MaxPendingBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Newest events kept in memory for readers: a power of two, 16 to 1,048,576; default 2,048. Every
    /// garbage collection copies those that came since the one before.</summary>
    public int TailCapacity { get; init; } = 2048;

    /// <summary>Bytes of events kept in memory for readers, at most. Default 64 MiB.</summary>
    public long TailBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Exceptions (retrying, parked) a subscription may have before it stops reading: 1 to 1,000,000; default 10,000.</summary>
    public int MaxExceptions { get; init; } = 10_000;

    /// <summary>Consecutive transport failures of a destination that open its breaker: 1 to 1,000,000; default 100.</summary>
    public int BreakerThreshold { get; init; } = 100;

    /// <summary>First wait before an open breaker lets a probe through; doubles per failed probe up to 60 s. 1 ms to 60 s; default 5 s.</summary>
    public TimeSpan BreakerProbeDelay { get; init; } = TimeSpan.FromSeconds(5);
}
