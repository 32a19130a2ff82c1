using System.Diagnostics;
using EventHub.Soak.Crashes;
using EventHub.Soak.Deploy;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Nodes;

/// <summary>A node of the fleet that is killed, stopped and halted, and started again, as Compose starts a container again that has ended.</summary>
internal sealed class SoakNode(FleetNode node, SocketOwners owners)
{
    private static readonly TimeSpan s_restartDelay = TimeSpan.FromMilliseconds(500);
    private Generation _generation = new(0);
    private volatile HubProcess? _running;

    public string Name => node.Name;

    /// <summary>What the owner of its leases begins with.</summary>
    public string WorkerId => node.WorkerId;

    /// <summary>Somebody is about to do something to it: nobody else may.</summary>
    public bool IsTaken { get; set; }

    /// <summary>The process, while it listens.</summary>
    public HubProcess? Running => _running;

    /// <summary>It was started with the others.</summary>
    public void Started() => Take(node.Hub, isListening: true);

    /// <summary>Starts it until it stays: a hub whose database is gone ends.</summary>
    public async Task StartAsync()
    {
        while (true)
        {
            Take(node.Launch(), isListening: false);
            try
            {
                await node.Hub.ListeningAsync();
                _running = node.Hub;
                return;
            }
            catch (InvalidOperationException)
            {
                await EndedAsync();
                await Pause.ForAsync(s_restartDelay, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _running = null;
        _generation.Kill(Stopwatch.GetTimestamp());
        await node.Hub.KillAsync();
        await EndedAsync();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        _running = null;
        var clock = Stopwatch.StartNew();
        var exitCode = await node.Hub.StopAsync();
        Assert.True(exitCode == 0, $"{Name}: SIGTERM: exit code {exitCode}\n{node.Hub.Output}{node.Hub.Error}");
        await EndedAsync();
        return clock.Elapsed;
    }

    /// <summary>SIGSTOP for a while, then SIGCONT.</summary>
    public async Task HaltAsync(TimeSpan time)
    {
        _running = null;
        _generation.StandStill();
        await node.Hub.SignalAsync("STOP");
        await Pause.ForAsync(time, TestContext.Current.CancellationToken);
        _generation.GoOn();
        await node.Hub.SignalAsync("CONT");
        _running = node.Hub;
    }

    private void Take(HubProcess hub, bool isListening)
    {
        var generation = _generation = new Generation(node.Starts, node.WorkerId);
        hub.LeasesLost = () => generation.LoseLeases(TimeSpan.FromSeconds(NodeSoak.StaleSeconds));
        if (node.Service == "deliver") owners.Add(hub.Id, _generation);
        if (isListening) _running = hub;
    }

    private async Task EndedAsync()
    {
        owners.Remove(node.Hub.Id);
        await node.DisposeAsync();
    }
}
