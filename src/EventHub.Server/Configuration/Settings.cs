using EventHub.Server.Configuration.Tables;

namespace EventHub.Server.Configuration;

/// <summary>All settings there are.</summary>
internal static class Settings
{
    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [.. BasicTable.All, .. RetentionTable.All, .. DeliveryTable.All, .. LimitTable.All, .. HttpTable.All, .. RpcTable.All, .. LoggingTable.All, .. PostgresTable.All];

    /// <summary>What a verb needs that only looks at a store.</summary>
    public static IReadOnlyList<Setting> OfStore { get; } = [BasicTable.Data, BasicTable.Store, BasicTable.Connection, BasicTable.Config, .. PostgresTable.All];
}
