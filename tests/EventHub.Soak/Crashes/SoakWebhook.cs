namespace EventHub.Soak.Crashes;

/// <summary>A webhook of the soak: its settings, and how its receiver misbehaves.</summary>
internal sealed record SoakWebhook
{
    public const int TimeoutMs = 1500;

    public static readonly SoakWebhook Unordered = new() { Name = "unordered", Settings = new { timeout_ms = TimeoutMs, concurrency = 32, retry = Patient }, IgnoreRate = 0.03 };

    public static readonly SoakWebhook Ordered = new()
    {
        Name = "ordered", IsOrdered = true,
        Settings = new { timeout_ms = TimeoutMs, ordering_key = "user_id", retry = new { limit = 100, constant_seconds = 0.05 } },
    };

    public static readonly SoakWebhook AtMostOnce = new() { Name = "once", IsAtMostOnce = true, Settings = new { timeout_ms = TimeoutMs, concurrency = 16, guarantee = "at_most_once" } };

    public static readonly SoakWebhook Delayed = new() { Name = "delayed", Settings = new { timeout_ms = TimeoutMs, delay_seconds = 1.5, retry = Patient } };

    public static readonly SoakWebhook Impatient = new()
    {
        Name = "impatient", RetryLimit = 1, FailRate = 0.2, RejectRate = 0.02,
        Settings = new { timeout_ms = TimeoutMs, retry = new { limit = 1, constant_seconds = 0.1 } },
    };

    public static readonly IReadOnlyList<SoakWebhook> All = [Unordered, Ordered, AtMostOnce, Delayed, Impatient];

    /// <summary>Of the webhook, and of its receiver's path.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>POST /webhooks</c> takes beside <c>url</c> and <c>events</c>.</summary>
    public required object Settings { get; init; }

    public bool IsOrdered { get; init; }

    public bool IsAtMostOnce { get; init; }

    public int RetryLimit { get; init; } = 100;

    /// <summary>Share of answers that are 500 at all times.</summary>
    public double FailRate { get; init; } = 0.02;

    /// <summary>Share of answers that are 400: a dead letter at once.</summary>
    public double RejectRate { get; init; }

    /// <summary>Share of good answers that say <c>ignored</c>.</summary>
    public double IgnoreRate { get; init; }

    private static object Patient => new { limit = 100, constant_seconds = 0.2 };
}
