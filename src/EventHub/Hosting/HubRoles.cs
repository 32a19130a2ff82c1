namespace EventHub.Hosting;

/// <summary>What a hub process does.</summary>
[Flags]
public enum HubRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Takes events in, answers queries and has RPC clients. Without it a process answers only for its health and its metrics over HTTP.</summary>
    Api = 1,

    /// <summary>Delivers.</summary>
    Deliver = 2,

    /// <summary>Retention and other upkeep.</summary>
    Maintain = 4,

    /// <summary>All of it.</summary>
    All = Api | Deliver | Maintain,
}
