namespace EventHub.Server.Configuration.Tables;

/// <summary>How long things stay.</summary>
internal static class RetentionTable
{
    private const string Group = "Retention";

    private static readonly TimeSpan Century = TimeSpan.FromDays(36_500);

    /// <summary>How long events stay.</summary>
    public static readonly ValueSetting<TimeSpan> Retention = new()
    {
        Key = "retention", Group = Group, ValueName = "DURATION", DefaultText = "30d", Default = TimeSpan.FromDays(30),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), Century, orZero: true),
        Rule = "a duration from 1s to 36500d, such as 30d or 12h, or 0 to keep events for ever",
        Help = "How long events stay, at least; 0: for ever. What a subscription or consumer is still owed stays longer.",
    };

    /// <summary>Retention spares nothing.</summary>
    public static readonly ValueSetting<bool> RetentionHard = new()
    {
        Key = "retention_hard", Group = Group, ValueName = "true|false", DefaultText = "false", Default = false, IsFlag = true,
        Parse = SettingParsers.Flag, Rule = "true or false", Help = "Remove also what is still owed, and record it as lost.",
    };

    /// <summary>How often retention runs.</summary>
    public static readonly ValueSetting<TimeSpan> RetentionInterval = new()
    {
        Key = "retention_interval", Group = Group, ValueName = "DURATION", DefaultText = "1m", Default = TimeSpan.FromMinutes(1),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Rule = "a duration from 1s to 1d, such as 1m",
        Help = "How often retention runs.",
    };

    /// <summary>How long idempotency keys stay.</summary>
    public static readonly ValueSetting<TimeSpan> IdempotencyWindow = new()
    {
        Key = "idempotency_window", Group = Group, ValueName = "DURATION", DefaultText = "24h", Default = TimeSpan.FromHours(24),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)), Rule = "a duration from 1s to 30d, such as 24h",
        Help = "How long an idempotency key is remembered.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Retention, RetentionHard, RetentionInterval, IdempotencyWindow];
}
