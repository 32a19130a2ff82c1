namespace EventHub.Server.Configuration;

/// <summary>The stores there are or will be.</summary>
internal enum StoreKind
{
    /// <summary>Lost with the process.</summary>
    Memory,

    /// <summary>A file in the data directory.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database.</summary>
    Postgres,

    /// <summary>A Redis server.</summary>
    Redis,

    /// <summary>A NATS JetStream server.</summary>
    Nats,
}
