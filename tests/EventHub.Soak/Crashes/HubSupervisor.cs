using System.Diagnostics;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>Starts the hub on one store, again and again, and ends it in bad ways and good ones.</summary>
internal sealed class HubSupervisor(SoakStore store, SoakReceiver receiver) : IAsyncDisposable
{
    /// <summary>25 s to drain and 10 s to close, which a hub whose receivers answer within their timeout never needs.</summary>
    private static readonly TimeSpan s_stopDeadline = SoakForm.Limit(TimeSpan.FromSeconds(10));

    private HubProcess? _hub;
    private TaskCompletionSource<HubProcess> _running = NewSource();

    public int Kills { get; private set; }

    public int KillsWhileStarting { get; private set; }

    public int Stops { get; private set; }

    /// <summary>How often the hub said that its leases had run out.</summary>
    public int LeasesLost { get; private set; }

    public TimeSpan LongestStart { get; private set; }

    public TimeSpan LongestStop { get; private set; }

    /// <summary>The hub that listens, now or when there is one again.</summary>
    public Task<HubProcess> RunningAsync() => Volatile.Read(ref _running).Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <param name="killAfter">Killed that long after its start, listening or not, and started again.</param>
    public async Task StartAsync(TimeSpan? killAfter = null)
    {
        var clock = Stopwatch.StartNew();
        _hub = Launch();
        if (killAfter is { } time)
        {
            await Pause.ForAsync(time, TestContext.Current.CancellationToken);
            KillsWhileStarting++;
            await KillAsync();
            clock.Restart();
            _hub = Launch();
        }

        await _hub.ListeningAsync();
        if (clock.Elapsed > LongestStart) LongestStart = clock.Elapsed;
        _running.SetResult(_hub);
    }

    public async Task KillAsync()
    {
        BeforeEnd();
        Kills++;
        receiver.Generation.Kill(Stopwatch.GetTimestamp());
        await _hub!.KillAsync();
        await AfterEndAsync();
    }

    public async Task StopAsync()
    {
        BeforeEnd();
        Stops++;
        var clock = Stopwatch.StartNew();
        var exitCode = await _hub!.StopAsync();
        if (clock.Elapsed > LongestStop) LongestStop = clock.Elapsed;
        Assert.True(exitCode == 0, $"SIGTERM: exit code {exitCode}\n{_hub.Output}{_hub.Error}");
        Assert.True(clock.Elapsed < s_stopDeadline, $"SIGTERM: {clock.Elapsed.TotalSeconds:0.0} s\n{_hub.Output}");
        await AfterEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null) await _hub.DisposeAsync();
    }

    private static TaskCompletionSource<HubProcess> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubProcess Launch()
    {
        var hub = HubProcess.Launch([.. store.Arguments, .. store.ServeArguments]);
        var generation = receiver.Generation;
        hub.LeasesLost = () =>
        {
            LeasesLost++;
            generation.LoseLeases(store.Lease);
        };
        return hub;
    }

    private void BeforeEnd()
    {
        if (_running.Task.IsCompleted) Volatile.Write(ref _running, NewSource());
    }

    private async Task AfterEndAsync()
    {
        await receiver.NextGenerationAsync();
        await _hub!.DisposeAsync();
        _hub = null;
    }
}
