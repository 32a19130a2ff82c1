namespace EventHub.Sqlite;

/// <summary>Options of the SQLite store.</summary>
public sealed record SqliteOptions
{
    /// <summary>Directory of the database, created where missing; used by one process at a time. Default <c>./data</c>.</summary>
    public string DataDirectory { get; init; } = "./data";

    /// <summary>Writes that may wait for the write connection; one more is refused as <see cref="Storage.StorageFailure.Busy"/>. From 1. Default 8192.</summary>
    public int QueueCapacity { get; init; } = 8192;

    /// <summary>Bytes of events that may wait for the write connection; a single larger write is let in when nothing waits. From 1. Default 64 MiB.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>Reads that run at once, each on a connection of its own; more wait. 1 to 64. Default 4.</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>Pages in the write-ahead log after which it is copied into the database; writers wait meanwhile. From 1. Default 4000 (16 MB).</summary>
    public int CheckpointPages { get; init; } = 4000;

    /// <summary>Memory for pages of the write connection, in bytes. From 0. Default 32 MiB.</summary>
    public long WriteCacheBytes { get; init; } = 32L << 20;

    /// <summary>
    /// What awaits an append goes on on the writer's own thread, before the next commit. On two processors that takes a tenth off what an event costs, for nobody is
    /// woken to answer it; but while what goes on there blocks, nothing is written. For a process in which all of it is known, as in the server.
    /// Default false: it goes on on the thread pool.
    /// </summary>
    public bool AnswersOnWriter { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(DataDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadConnections, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReadConnections, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointPages, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(WriteCacheBytes);
    }
}
