using Npgsql;

namespace EventHub.Postgres;

/// <summary>Options of the PostgreSQL store.</summary>
public sealed record PostgresOptions
{
    /// <summary>The fewest connections a hub can work with: log writer, settlement writer, bell, listener, one for everything else, and one for keys.</summary>
    public const int LeastConnections = 6;

    /// <summary>Npgsql connection string; pooling options in it are overruled. Default <c>Host=localhost;Database=eventhub;Username=eventhub</c>.</summary>
    public string ConnectionString { get; init; } = "Host=localhost;Database=eventhub;Username=eventhub";

    /// <summary>
    /// Connections this process has open at most: one each to append, to settle, to ring and to listen, one that <see cref="PostgresSecretKeys"/> opens now and
    /// then, the others for everything else. From 6. Default 20.
    /// </summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>How often to look what other processes committed when no notification came. From 1 ms. Default 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes that may wait for each of the two writers; one more is refused as <see cref="Storage.StorageFailure.Busy"/>. From 1. Default 8192.</summary>
    public int QueueCapacity { get; init; } = 8192;

    /// <summary>Bytes that may wait for each of the two writers; a single larger write is let in when nothing waits. From 1. Default 64 MiB.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Events per partition of the log. Retention drops whole partitions, so this is also how much longer than asked events may stay. From 1. Default 1,000,000.
    /// </summary>
    public long EventsPerPartition { get; init; } = 1_000_000;

    /// <summary>How messages call the database: its name and where it is.</summary>
    public string DatabaseName =>
        new NpgsqlConnectionStringBuilder(ConnectionString) is var parts ? $"Database '{parts.Database ?? parts.Username}' at {parts.Host}:{parts.Port}" : "";

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ConnectionString);
        _ = new NpgsqlConnectionStringBuilder(ConnectionString);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, LeastConnections);
        ArgumentOutOfRangeException.ThrowIfLessThan(PollInterval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EventsPerPartition, 1);
    }
}
