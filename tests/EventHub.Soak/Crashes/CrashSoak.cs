using System.Diagnostics;
using System.Globalization;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>One round: load, a hub that is killed again and again, then peace, and the accounts.</summary>
internal sealed class CrashSoak(int seed, TimeSpan duration, SoakStore store)
{
    private const int Publishers = 3;
    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new();

    /// <summary>What happened, for people.</summary>
    public string Report { get; private set; } = "";

    public async Task RunAsync()
    {
        await using var receiver = await SoakReceiver.StartAsync(seed);
        await using var supervisor = new HubSupervisor(store, receiver);
        await supervisor.StartAsync();
        var accounts = new SoakAccounts(_ledger, receiver, new DatabaseFaults());
        await accounts.RegisterAsync(await supervisor.RunningAsync());

        // 1 load and crashes
        var clock = Stopwatch.StartNew();
        using var loadEnds = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Enumerable.Range(0, Publishers).Select(i => new SoakPublisher(supervisor.RunningAsync, _ledger, unchecked((seed * 31) + i)).RunAsync(loadEnds.Token)).ToList();
        var moods = receiver.ChangeMoodsAsync(seed + 1, loadEnds.Token);
        while (clock.Elapsed < duration) await CrashAsync(supervisor);
        await loadEnds.CancelAsync();
        await Task.WhenAll([.. load, moods]);

        // 2 peace: all that is owed is delivered
        receiver.Heal();
        var hub = await supervisor.RunningAsync();
        var reader = new HubReader(hub);
        var drainTime = await accounts.DrainAsync(reader);

        // 3 accounts
        await accounts.ReconcileAsync(reader);
        Report = string.Create(CultureInfo.InvariantCulture, $"""
            seed {seed}: {supervisor.Kills} kills ({supervisor.KillsWhileStarting} while starting), {supervisor.Stops} stops in good order, longest start {supervisor.LongestStart.TotalSeconds:0.0} s, longest stop {supervisor.LongestStop.TotalSeconds:0.0} s, drained in {drainTime.TotalSeconds:0.0} s, {supervisor.LeasesLost} times leases ran out, resident {hub.ResidentBytes >> 20} MiB
            {accounts.Report}
            """);
        // On a machine of its own it always gets to renew them: nothing else is broken here.
        accounts.Violations.AddIf(!SoakForm.IsBesideOthers && supervisor.LeasesLost > 0, $"leases were not renewed in time");
        accounts.Violations.AssertNone(Report);

        // 4 what is left on disk is sound
        await supervisor.StopAsync();
        var (exitCode, output, error) = await HubProcess.RunVerbAsync(["check", .. store.Arguments]);
        Assert.True(exitCode == 0, $"check: exit code {exitCode}\n{output}{error}");
    }

    private async Task CrashAsync(HubSupervisor supervisor)
    {
        await Pause.ForAsync(store.LeastUptime + TimeSpan.FromMilliseconds(500 + _random.Next(4500)), TestContext.Current.CancellationToken);
        if (_random.Next(4) == 0) await supervisor.StopAsync();
        else await supervisor.KillAsync();
        await supervisor.StartAsync(_random.Next(4) == 0 ? TimeSpan.FromMilliseconds(_random.Next(1200)) : null);
    }
}
