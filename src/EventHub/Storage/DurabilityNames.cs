namespace EventHub.Storage;

/// <summary>How durability levels are called outside.</summary>
public static class DurabilityNames
{
    /// <summary>The name of a level.</summary>
    public static string Of(Durability durability) => durability switch
    {
        Durability.None => "none",
        Durability.OsBuffered => "os-buffered",
        Durability.Fsync => "fsync",
        Durability.Replicated => "replicated",
        _ => throw new ArgumentOutOfRangeException(nameof(durability), durability, null),
    };
}
