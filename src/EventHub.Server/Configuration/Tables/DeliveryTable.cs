using System.Net;

namespace EventHub.Server.Configuration.Tables;

/// <summary>How events are delivered.</summary>
internal static class DeliveryTable
{
    private const string Group = "Delivery";

    /// <summary>Poll behind wake-ups.</summary>
    public static readonly ValueSetting<TimeSpan> PollIntervalMs = new()
    {
        Key = "poll_interval_ms", Group = Group, ValueName = "MS", DefaultText = "100", Default = TimeSpan.FromMilliseconds(100),
        ClassicEnvironment = "POLL_INTERVAL_MS", Parse = SettingParsers.Count(TimeSpan.FromMilliseconds(1), 1, 60_000),
        Rule = "a whole number of milliseconds from 1 to 60000", Help = "How often a reader looks for news when no wake-up arrives.",
    };

    /// <summary>Events at a time.</summary>
    public static readonly ValueSetting<int> BatchSize = new()
    {
        Key = "batch_size", Group = Group, ValueName = "N", DefaultText = "128", Default = 128, ClassicEnvironment = "BATCH_SIZE",
        Parse = SettingParsers.Number(1, 10_000), Rule = "a whole number from 1 to 10000", Help = "Events a worker takes from the log at a time.",
    };

    /// <summary>Timeout of attempts.</summary>
    public static readonly ValueSetting<TimeSpan> WebhookTimeoutMs = new()
    {
        Key = "webhook_timeout_ms", Group = Group, ValueName = "MS", DefaultText = "10000", Default = TimeSpan.FromSeconds(10),
        ClassicEnvironment = "WEBHOOK_TIMEOUT_MS", Parse = SettingParsers.Count(TimeSpan.FromMilliseconds(1), 1, 600_000),
        Rule = "a whole number of milliseconds from 1 to 600000", Help = "Timeout of one attempt, for webhooks that do not set their own.",
    };

    /// <summary>Networks webhooks may reach in any case.</summary>
    public static readonly ValueSetting<IReadOnlyList<IPNetwork>> WebhookAllowedNetworks = new()
    {
        Key = "webhook_allowed_networks", Group = Group, ValueName = "CIDR[,CIDR]", DefaultText = "none", Default = [], Separator = ',',
        Parse = SettingParsers.Networks, Rule = "networks in CIDR form separated by ',', such as 10.1.0.0/16,fd00::/8, with no bits set beyond the prefix",
        Help = "Networks webhooks may reach whatever webhook_allow_private says.",
    };

    /// <summary>Webhooks may reach private addresses; <c>null</c>: by where the server listens.</summary>
    public static readonly ValueSetting<bool?> WebhookAllowPrivate = new()
    {
        Key = "webhook_allow_private", Group = Group, ValueName = "true|false", DefaultText = "true only while listening on loopback alone", Default = null, IsFlag = true,
        Parse = (string text, out bool? value) =>
        {
            var valid = SettingParsers.Flag(text, out var flag);
            value = flag;
            return valid;
        },
        Rule = "true or false",
        Help = "Whether webhooks may reach loopback and private addresses. Whoever can register a webhook can make the hub call them.",
    };

    /// <summary>When a worker counts as dead.</summary>
    public static readonly ValueSetting<TimeSpan> StaleTimeoutSeconds = new()
    {
        Key = "stale_timeout_seconds", Group = Group, ValueName = "S", DefaultText = "60", Default = TimeSpan.FromSeconds(60),
        ClassicEnvironment = "STALE_TIMEOUT_SECONDS", Parse = SettingParsers.Count(TimeSpan.FromSeconds(1), 1, 3600),
        Rule = "a whole number of seconds from 1 to 3600", Help = "A worker not heard of for this long is dead: others take over its deliveries.",
    };

    /// <summary>Exceptions per subscription.</summary>
    public static readonly ValueSetting<int> MaxExceptions = new()
    {
        Key = "max_exceptions", Group = Group, ValueName = "N", DefaultText = "10000", Default = 10_000,
        Parse = SettingParsers.Number(1, 1_000_000), Rule = "a whole number from 1 to 1000000",
        Help = "Deliveries a subscription may have waiting for a retry or behind one before it stops reading on.",
    };

    /// <summary>Failures that open a breaker.</summary>
    public static readonly ValueSetting<int> BreakerThreshold = new()
    {
        Key = "breaker_threshold", Group = Group, ValueName = "N", DefaultText = "100", Default = 100,
        Parse = SettingParsers.Number(1, 1_000_000), Rule = "a whole number from 1 to 1000000",
        Help = "Transport failures in a row after which a destination counts as down and is only probed.",
    };

    /// <summary>First wait of an open breaker.</summary>
    public static readonly ValueSetting<TimeSpan> BreakerProbeDelay = new()
    {
        Key = "breaker_probe_delay", Group = Group, ValueName = "DURATION", DefaultText = "5s", Default = TimeSpan.FromSeconds(5),
        Parse = SettingParsers.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60)), Rule = "a duration from 1ms to 60s, such as 5s",
        Help = "Wait before the first probe of a destination that is down; doubles up to 60s.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        WebhookTimeoutMs, WebhookAllowPrivate, WebhookAllowedNetworks, BatchSize, PollIntervalMs, StaleTimeoutSeconds, MaxExceptions, BreakerThreshold, BreakerProbeDelay,
    ];
}
