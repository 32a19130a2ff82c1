using EventHub.Soak.Processes;

namespace EventHub.Soak.Deploy;

/// <summary>What a container of Compose would be, as a process: the same one again after each start.</summary>
internal sealed class FleetNode(string service, int number, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private HubProcess? _hub;

    /// <summary>Of the service in <c>compose.yaml</c>.</summary>
    public string Service => service;

    public string Name { get; } = $"{service}-{number}";

    /// <summary>Times it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>What the owner of its leases begins with, of this start.</summary>
    public string WorkerId => $"{Name}.{Starts}";

    public HubProcess Hub => _hub ?? throw new InvalidOperationException($"{Name} does not run.");

    /// <summary>Starts it and waits for nothing.</summary>
    public HubProcess Launch()
    {
        Starts++;
        return _hub = HubProcess.Launch(new Dictionary<string, string>(environment) { ["WORKER_ID"] = WorkerId });
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null) await _hub.DisposeAsync();
        _hub = null;
    }
}
