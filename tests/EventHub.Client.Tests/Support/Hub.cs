namespace EventHub.Client.Tests.Support;

/// <summary>A real hub in a process of its own on an empty directory, behind a proxy, with a client.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private ServerProcess _server = null!;

    public HubProxy Proxy { get; private init; } = null!;

    public EventHubClient Client { get; private init; } = null!;

    public static async Task<Hub> StartAsync(Func<EventHubClientOptions, EventHubClientOptions>? options = null)
    {
        var proxy = await HubProxy.StartAsync(null);
        var given = new EventHubClientOptions { Url = new Uri(proxy.Url) };
        var hub = new Hub { Proxy = proxy, Client = new EventHubClient(options?.Invoke(given) ?? given) };
        await hub.StartServerAsync();
        return hub;
    }

    /// <summary>kill -9; what comes meanwhile is cut off.</summary>
    public async Task KillAsync()
    {
        Proxy.Target = null;
        await _server.DisposeAsync();
    }

    /// <summary>Starts the hub on its directory, at another port behind the same address.</summary>
    public async Task StartServerAsync()
    {
        _server = await ServerProcess.StartAsync(_directory.Path);
        Proxy.Target = _server.Http.BaseAddress;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Proxy.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}
