using System.Globalization;
using EventHub.PostgresServer;

namespace EventHub.Soak.Deploy;

/// <summary>The PostgreSQL of a fleet: a server of its own, with user and database as Compose makes them.</summary>
internal sealed class FleetDatabase : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string> _environment;

    private FleetDatabase(TestServer server, IReadOnlyDictionary<string, string> environment) => (Server, _environment) = (server, environment);

    public TestServer Server { get; }

    public string Name => _environment["POSTGRES_DB"];

    /// <summary>For a look at it as its owner.</summary>
    public string ConnectionString => Server.ConnectionString(Name) + ";Pooling=false;Timeout=2;Command Timeout=5";

    public static async Task<FleetDatabase> StartAsync(ComposeFile compose)
    {
        var environment = compose.Environment("postgres");
        var server = await TestServer.StartAsync();
        await server.ExecuteAsync($"CREATE ROLE {environment["POSTGRES_USER"]} LOGIN");
        await server.ExecuteAsync($"CREATE DATABASE {environment["POSTGRES_DB"]} OWNER {environment["POSTGRES_USER"]}");
        return new FleetDatabase(server, environment);
    }

    /// <summary>Where the service <c>postgres</c> is for a process of this machine.</summary>
    public void Place(Dictionary<string, string> environment)
    {
        Assert.Equal("postgres", environment["DB_HOST"]);
        environment["DB_HOST"] = "127.0.0.1";
        environment["DB_PORT"] = Server.Port.ToString(CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await Server.RemoveAsync();
}
