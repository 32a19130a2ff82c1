using System.Globalization;
using EventHub.Soak.Crashes;
using EventHub.Soak.Deploy;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Nodes;

/// <summary>One round: the fleet of <c>deploy/compose.yaml</c> under load, everything done to it that can be, then peace, and the accounts.</summary>
internal sealed class NodeSoak(int seed, TimeSpan duration)
{
    public const int StaleSeconds = 8;

    /// <summary>From the loss of a worker until all it had has others, at most.</summary>
    public static readonly TimeSpan LongestTakeover = TimeSpan.FromSeconds(StaleSeconds) + SoakForm.Limit(TimeSpan.FromSeconds(5));

    private const int Publishers = 3;
    private readonly Ledger _ledger = new();
    private readonly Random _random = new(seed);

    /// <summary>What happened, for people.</summary>
    public string Report { get; private set; } = "";

    public async Task RunAsync()
    {
        var compose = new ComposeFile(new Dictionary<string, string>
        {
            ["STALE_TIMEOUT_SECONDS"] = StaleSeconds.ToString(CultureInfo.InvariantCulture), ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8",
        });
        await using var fleet = await Fleet.StartAsync(compose);
        using var owners = new SocketOwners();
        var nodes = fleet.Nodes.Select(node => new SoakNode(node, owners)).ToList();
        foreach (var node in nodes) node.Started();
        var faults = new DatabaseFaults();
        await using var receiver = await SoakReceiver.StartAsync(seed, connection => owners.Find(connection.LocalEndPoint, connection.RemoteEndPoint));
        var accounts = new SoakAccounts(_ledger, receiver, faults);
        await accounts.RegisterAsync(await AnyApiAsync(nodes));

        // 1 load and chaos
        using var loadEnds = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var watchEnds = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watch = new LeaseWatch(fleet.Database.ConnectionString);
        var watching = watch.RunAsync(watchEnds.Token);
        var load = Enumerable.Range(0, Publishers).Select(i => new SoakPublisher(() => AnyApiAsync(nodes), _ledger, unchecked((seed * 31) + i)).RunAsync(loadEnds.Token)).ToList();
        var moods = receiver.ChangeMoodsAsync(seed + 1, loadEnds.Token);
        var chaos = new NodeChaos(fleet.Database, nodes, watch, faults, seed);
        await chaos.RunAsync(duration);
        await loadEnds.CancelAsync();
        await Task.WhenAll([.. load, moods]);

        // 2 peace: all that is owed is delivered
        receiver.Heal();
        var reader = new HubReader(await AnyApiAsync(nodes));
        var drainTime = await accounts.DrainAsync(reader);
        await watchEnds.CancelAsync();
        await watching;

        // 3 accounts
        await accounts.ReconcileAsync(reader);
        var takeovers = watch.Takeovers(faults).ToList();
        Report = string.Create(CultureInfo.InvariantCulture, $"""
            seed {seed}: {chaos.Kills} kills, {chaos.Stops} stops in good order (longest {chaos.LongestStop.TotalSeconds:0.0} s), {chaos.Halts} halts, {chaos.Restarts} restarts of the database, {chaos.Terminated} connections ended
            {takeovers.Count} takeovers, longest {takeovers.Max(static t => t.Time).TotalSeconds:0.0} s; drained in {drainTime.TotalSeconds:0.0} s; {owners.NotFound} connections of processes that were gone
            {accounts.Report}
            """);
        foreach (var (worker, time) in takeovers.Where(static t => t.Time > LongestTakeover)) accounts.Violations.Add($"what {worker} had was taken over after {time.TotalSeconds:0.0} s");
        accounts.Violations.AddIf(chaos.Halts == 0 || chaos.Restarts < 2 || chaos.Kills == 0, $"the round was too short");
        accounts.Violations.AssertNone(Report);

        // 4 all go in good order, and what is in the database is sound
        await Task.WhenAll(nodes.Select(static node => node.StopAsync()));
        var (exitCode, output, error) = await HubProcess.RunVerbAsync("check", "--store", "postgres", "--connection", fleet.Database.ConnectionString);
        Assert.True(exitCode == 0, $"check: exit code {exitCode}\n{output}{error}");
    }

    /// <summary>One that listens: as a load balancer would choose.</summary>
    private async Task<HubProcess> AnyApiAsync(IReadOnlyList<SoakNode> nodes)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var running = nodes.Where(static node => node.Name.StartsWith("api-", StringComparison.Ordinal)).Select(static node => node.Running).OfType<HubProcess>().ToList();
            if (running.Count > 0) return running[Next(running.Count)];
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private int Next(int below)
    {
        lock (_random) return _random.Next(below);
    }
}
