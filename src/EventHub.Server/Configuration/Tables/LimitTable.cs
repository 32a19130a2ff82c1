namespace EventHub.Server.Configuration.Tables;

/// <summary>Bounds of what is held in memory.</summary>
internal static class LimitTable
{
    private const string Group = "Limits";

    private const long Mebibyte = 1024 * 1024;

    /// <summary>Largest event.</summary>
    public static readonly ValueSetting<int> MaxEventBytes = new()
    {
        Key = "max_event_bytes", Group = Group, ValueName = "BYTES", DefaultText = "1048576", Default = (int)Mebibyte,
        Parse = SettingParsers.Number(1024, (int)(64 * Mebibyte)), Rule = "a whole number of bytes from 1024 to 67108864",
        Help = "Largest publish of one event; larger ones are answered 413.",
    };

    /// <summary>Events waiting for the store.</summary>
    public static readonly ValueSetting<int> MaxPendingEvents = new()
    {
        Key = "max_pending_events", Group = Group, ValueName = "N", DefaultText = "20000", Default = 20_000,
        Parse = SettingParsers.Number(1, 1_000_000), Rule = "a whole number from 1 to 1000000",
        Help = "Events that may wait for the store; past it publishers are answered 503.",
    };

    /// <summary>Bytes waiting for the store.</summary>
    public static readonly ValueSetting<long> MaxPendingBytes = Bytes("max_pending_bytes", "Bytes of events that may wait for the store; past it publishers are answered 503.");

    /// <summary>Events in the tail.</summary>
    public static readonly ValueSetting<int> TailCapacity = new()
    {
        Key = "tail_capacity", Group = Group, ValueName = "N", DefaultText = "2048", Default = 2048,
        Parse = SettingParsers.PowerOfTwo(16, 1_048_576), Rule = "a power of two from 16 to 1048576",
        Help = "Newest events kept in memory for readers; older ones are read from the store.",
    };

    /// <summary>Bytes in the tail.</summary>
    public static readonly ValueSetting<long> TailBytes = Bytes("tail_bytes", "Bytes of events kept in memory for readers, at most.");

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [MaxEventBytes, MaxPendingEvents, MaxPendingBytes, TailCapacity, TailBytes];

    private static ValueSetting<long> Bytes(string key, string help) => new()
    {
        Key = key, Group = Group, ValueName = "BYTES", DefaultText = "67108864", Default = 64 * Mebibyte, Help = help,
        Parse = SettingParsers.LongNumber(Mebibyte, 64 * 1024 * Mebibyte), Rule = "a whole number of bytes from 1048576 to 68719476736",
    };
}
