using EventHub.PostgresServer;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>What a test gives the executable so that it keeps everything in the store of a name, beside a data directory.</summary>
internal static class TestStore
{
    /// <param name="name"><c>sqlite</c>, in the data directory; or <c>postgres</c>, in a new database.</param>
    public static async Task<string[]> ArgumentsAsync(string name) => name switch
    {
        "sqlite" => [],
        "postgres" => ["--store", "postgres", "--connection", await (await TestServer.SharedAsync()).CreateDatabaseAsync()],
        _ => throw new ArgumentException($"There is no store {name}.", nameof(name)),
    };
}
