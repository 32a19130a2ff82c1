using EventHub.PostgresServer;

namespace EventHub.Soak.Crashes;

/// <summary>Where the hub of a round keeps everything.</summary>
internal sealed record SoakStore
{
    /// <summary>What names the store to any verb.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Of <c>serve</c>, beside these.</summary>
    public IReadOnlyList<string> ServeArguments { get; private init; } = [];

    /// <summary>How long a process needs after its start until it delivers, at least.</summary>
    public TimeSpan LeastUptime { get; private init; }

    /// <summary>A new one: <c>sqlite</c> in this directory, or <c>postgres</c> in a database of its own.</summary>
    public static async Task<SoakStore> CreateAsync(string kind, string directory)
    {
        if (kind == "sqlite") return new SoakStore { Arguments = ["--data", directory] };
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        return new SoakStore
        {
            Arguments = ["--store", "postgres", "--connection", database],
            // The leases of one that was killed have to run out: nobody can know that it is dead.
            ServeArguments = ["--stale-timeout-seconds", "3"],
            LeastUptime = TimeSpan.FromSeconds(3),
        };
    }
}
