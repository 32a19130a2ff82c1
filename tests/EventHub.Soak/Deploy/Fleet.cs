namespace EventHub.Soak.Deploy;

/// <summary>The hubs of <c>deploy/compose.yaml</c> as processes of this machine: same roles, same environment but for addresses.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private Fleet(ComposeFile compose, FleetDatabase database)
    {
        Database = database;
        Nodes = [.. compose.Hubs.SelectMany(service => Enumerable.Range(1, compose.Replicas(service)).Select(number => NewNode(compose, service, number)))];
    }

    public FleetDatabase Database { get; }

    public IReadOnlyList<FleetNode> Nodes { get; }

    /// <summary>Starts database and hubs, all at once on the empty database, and waits until they listen.</summary>
    public static async Task<Fleet> StartAsync(ComposeFile compose)
    {
        var fleet = new Fleet(compose, await FleetDatabase.StartAsync(compose));
        try
        {
            foreach (var node in fleet.Nodes) node.Launch();
            foreach (var node in fleet.Nodes) await node.Hub.ListeningAsync();
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<FleetNode> Of(string service) => [.. Nodes.Where(node => node.Service == service)];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        await Database.DisposeAsync();
    }

    private FleetNode NewNode(ComposeFile compose, string service, int number)
    {
        var environment = compose.Environment(service);
        Database.Place(environment);
        Assert.Contains("*:3000", environment["EVENTHUB_URLS"], StringComparison.Ordinal);
        environment["EVENTHUB_URLS"] = environment["EVENTHUB_URLS"].Replace("*:3000", "127.0.0.1:0", StringComparison.Ordinal);
        return new FleetNode(service, number, environment);
    }
}
