namespace EventHub.Soak.Crashes;

/// <summary>Where the hub of a round keeps everything.</summary>
internal sealed record SoakStore
{
    /// <summary>Longer than a process that is starting beside the rest of the suite may be kept from renewing: who loses its leases repeats what it had in flight.</summary>
    private const int StaleSeconds = 6;

    /// <summary>What names it to any verb.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Of <c>serve</c>, beside these.</summary>
    public IReadOnlyList<string> ServeArguments { get; private init; } = [];

    /// <summary>How long its leases last, where a process has to wait for those of one that was killed.</summary>
    public TimeSpan Lease { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a process needs after its start until it delivers, at least.</summary>
    public TimeSpan LeastUptime { get; private init; }

    /// <summary>A new one: <c>sqlite</c> in this directory, or <c>postgres</c> in a database of its own.</summary>
    public static async Task<SoakStore> CreateAsync(string name, string directory)
    {
        var store = new SoakStore { Arguments = ["--data", directory, .. await TestStore.ArgumentsAsync(name)] };
        // The leases of a process that was killed have to run out: nobody can know that it is dead.
        return name == "sqlite" ? store : store with { ServeArguments = ["--stale-timeout-seconds", $"{StaleSeconds}"], Lease = TimeSpan.FromSeconds(StaleSeconds), LeastUptime = TimeSpan.FromSeconds(StaleSeconds) };
    }
}
