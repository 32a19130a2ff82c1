using System.Diagnostics;
using EventHub.Soak.Crashes;
using EventHub.Soak.Deploy;
using EventHub.Soak.Processes;
using Npgsql;

namespace EventHub.Soak.Nodes;

/// <summary>What is done to the fleet: nodes killed, stopped and halted, connections of the database ended, the database restarted.</summary>
internal sealed class NodeChaos(FleetDatabase database, IReadOnlyList<SoakNode> nodes, LeaseWatch watch, DatabaseFaults faults, int seed)
{
    private const string TerminateSql =
        "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'eventhub' ORDER BY random() LIMIT $2) victims";

    /// <summary>Longer than a lease, and than the others take to take it over: one that goes on before would keep it.</summary>
    private static readonly TimeSpan s_halt = TimeSpan.FromSeconds(NodeSoak.StaleSeconds + (SoakForm.IsBesideOthers ? 10 : 7));

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);
    private readonly Random _random = new(seed);
    private readonly List<Task> _underWay = [];

    public int Kills { get; private set; }

    public int Stops { get; private set; }

    public int Halts { get; private set; }

    public int Restarts { get; private set; }

    public int Terminated { get; private set; }

    public TimeSpan LongestStop { get; private set; }

    /// <summary>Until the time is over, all that every round has was done, and all nodes run again.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        Queue<(double Share, Func<Task> Do)> planned = new(
        [
            (0.05, HaltAsync), (0.20, () => TryOneAsync(KillAsync)), (0.30, () => RestartAsync(database.Server.StopAsync)), (0.50, HaltAsync), (0.65, () => RestartAsync(database.Server.CrashAsync)),
        ]);
        while (clock.Elapsed < duration || planned.Count > 0)
        {
            if (planned.TryPeek(out var next) && clock.Elapsed >= next.Share * duration)
            {
                planned.Dequeue();
                await next.Do();
            }

            var choice = _random.Next(100);
            if (choice < 50) await TryOneAsync(KillAsync);
            else if (choice < 65) await TryOneAsync(StopAsync);
            else await TerminateAsync(_random.Next(4) == 0 ? 10 : 1);
            await Pause.ForAsync(TimeSpan.FromMilliseconds(_random.Next(1500, 4500)), TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(_underWay);
    }

    /// <summary>Does something that may take a while to a node nobody does anything to, and goes on at once.</summary>
    private async Task TryOneAsync(Func<SoakNode, Task> something)
    {
        var free = nodes.Where(static node => !node.IsTaken).ToList();
        foreach (var failed in _underWay.Where(static task => task.IsFaulted)) await failed;
        if (free.Count > nodes.Count / 2) _underWay.Add(DoAsync(free[_random.Next(free.Count)], something));
    }

    private static async Task DoAsync(SoakNode node, Func<SoakNode, Task> something)
    {
        node.IsTaken = true;
        await something(node);
        node.IsTaken = false;
    }

    private async Task KillAsync(SoakNode node)
    {
        Kills++;
        watch.Gone(node.WorkerId);
        await node.KillAsync();
        await Pause.ForAsync(TimeSpan.FromMilliseconds(_random.Next(2000)), TestContext.Current.CancellationToken);
        await node.StartAsync();
    }

    private async Task StopAsync(SoakNode node)
    {
        Stops++;
        var time = await node.StopAsync();
        if (time > LongestStop) LongestStop = time;
        await node.StartAsync();
    }

    /// <summary>Halts one that has subscriptions, as soon as there is one.</summary>
    private async Task HaltAsync()
    {
        using var pace = new PeriodicTimer(s_pace);
        SoakNode? owner;
        while ((owner = nodes.FirstOrDefault(node => !node.IsTaken && watch.Now[node.WorkerId].Any())) is null) await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        Halts++;
        watch.Gone(owner.WorkerId);
        _underWay.Add(DoAsync(owner, async node =>
        {
            await node.HaltAsync(s_halt);
            watch.Back(node.WorkerId);
        }));
    }

    private async Task RestartAsync(Func<Task> end)
    {
        Restarts++;
        var from = Stopwatch.GetTimestamp();
        await end();
        await Pause.ForAsync(TimeSpan.FromMilliseconds(_random.Next(1500)), TestContext.Current.CancellationToken);
        await database.Server.RestartAsync();
        faults.AddSince(from);
    }

    private async Task TerminateAsync(int connections)
    {
        var from = Stopwatch.GetTimestamp();
        await using var connection = new NpgsqlConnection(database.Server.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(TerminateSql, connection) { Parameters = { new() { Value = database.Name }, new() { Value = connections } } };
        Terminated += (int)(long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        faults.AddSince(from);
    }
}
