using System.Globalization;
using System.Text;
using EventHub.Events;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Memory;

namespace EventHub.Simulation;

/// <summary>One run: a store that survives, hub processes that are killed, publishers, people changing subscriptions, destinations; all from one seed.</summary>
internal sealed class SimWorld : ICommitObserver
{
    private readonly StringBuilder _trace = new();
    private readonly SimContext _outside;
    private readonly SimTime _time;
    private readonly List<SimNode> _nodes = [];
    private readonly SimLimits _limits;
    private int _nodeNumber;
    private bool _isOver;

    /// <param name="seed">Decides everything.</param>
    /// <param name="mutation">A deliberate bug to make.</param>
    /// <param name="limits">Bounds of the workload; smaller ones give shorter histories.</param>
    public SimWorld(int seed, SimMutation mutation = SimMutation.None, SimLimits? limits = null)
    {
        Seed = seed;
        Mutation = mutation;
        _limits = limits ?? new SimLimits();
        Random = new Random(seed);
        Scheduler = new SimScheduler(Random);
        _outside = new SimContext(Scheduler, "outside");
        _time = new SimTime(Scheduler, _outside);
        Disk = new MemoryStore(_time, Random);
        Faults = new SimFaults(Random);
        Checker = new SimChecker(this);
        WriteFailure = Random.Next(2) * 0.02;
        UnknownWrite = Random.Next(2) * 0.01;
        ReadFailure = Random.Next(2) * 0.02;
        Options = new HubOptions
        {
            InstanceId = "sim",
            StaleTimeout = TimeSpan.FromSeconds(2),
            BatchSize = Random.Next(1, 9),
            TailCapacity = 16,
            MaxExceptions = Random.Next(2, 20),
            BreakerThreshold = Random.Next(2, 8),
            BreakerProbeDelay = TimeSpan.FromMilliseconds(500),
            ShutdownTimeout = TimeSpan.FromSeconds(2),
        };
    }

    public int Seed { get; }

    public SimMutation Mutation { get; }

    public SimLeases Leases { get; } = new();

    /// <summary>There is more than one process: they share out the leases.</summary>
    public bool IsShared { get; private set; }

    public Random Random { get; }

    public SimScheduler Scheduler { get; }

    public IHubStore Disk { get; }

    public SimFaults Faults { get; }

    public SimChecker Checker { get; }

    public HubOptions Options { get; }

    public double WriteFailure { get; }

    public double UnknownWrite { get; }

    public double ReadFailure { get; }

    public TimeSpan WallStep { get; private set; }

    public Dictionary<int, ICommitObserver> Observers { get; } = [];

    public List<(string Key, Guid Id)> KeysUsed { get; } = [];

    /// <summary>The log as it was committed, for the checker.</summary>
    public List<Event> Committed { get; } = [];

    /// <summary>Every version of every subscription as it was committed, for the checker.</summary>
    public List<SubscriptionVersion> Versions { get; } = [];

    public string History => _trace.ToString();

    /// <summary>Notes what happened, after the virtual milliseconds since the beginning.</summary>
    public void Trace(string line) =>
        _trace.Append(CultureInfo.InvariantCulture, $"{Scheduler.Now / TimeSpan.TicksPerMillisecond}.{Scheduler.Now % TimeSpan.TicksPerMillisecond:0000} ").AppendLine(line);

    /// <summary>A wait as every call across a process's boundary has one: none, a turn, or some milliseconds.</summary>
    public async ValueTask HopAsync(TimeProvider time)
    {
        switch (Random.Next(4))
        {
            case 0: return;
            case 1: await Task.Delay(TimeSpan.FromTicks(Random.Next(50_000)), time); return;
            default: await Task.Yield(); return;
        }
    }

    /// <summary>Whether the deliberate bug is this one, and strikes now.</summary>
    public bool Mutates(SimMutation mutation, double probability) => Mutation == mutation && Random.NextDouble() < probability;

    /// <summary>Runs the whole seed and judges it.</summary>
    public void Run()
    {
        var done = new TaskCompletionSource();
        _outside.Post(
            async _ =>
            {
                try
                {
                    await RunAsync();
                    done.SetResult();
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            null);
        try
        {
            Scheduler.RunUntil(() => done.Task.IsCompleted || Checker.Violation is not null, 2_000_000);
        }
        finally
        {
            foreach (var node in _nodes) node.Dispose();
        }

        if (Checker.Violation is { } violation) throw new InvariantException(violation);
        done.Task.GetAwaiter().GetResult();
    }

    void ICommitObserver.Appended(IReadOnlyList<Event> events)
    {
        Committed.AddRange(events);
        foreach (var observer in Observers.Values.ToList()) observer.Appended(events);
    }

    void ICommitObserver.HeadMoved(long head)
    {
    }

    void ICommitObserver.SubscriptionChanged(SubscriptionVersion version)
    {
        Versions.Add(version);
        Trace($"subscription {version.Subscription.Name} v{version.Version} after {version.EffectiveAfter}: {string.Join(",", version.Subscription.Events)} active={version.Subscription.Active} paused={version.Subscription.Paused} partitions={version.Subscription.Delivery.Partitions} deleted={version.IsDeleted}");
        if (Mutation == SimMutation.ChangeToldLate) _outside.Post(async _ => { await Task.Delay(TimeSpan.FromMilliseconds(400), _time); Tell(version); }, null);
        else Tell(version);
    }

    void ICommitObserver.Requeued(int subscriptionKey)
    {
        foreach (var observer in Observers.Values.ToList()) observer.Requeued(subscriptionKey);
    }

    private void Tell(SubscriptionVersion version)
    {
        foreach (var observer in Observers.Values.ToList()) observer.SubscriptionChanged(version);
    }

    private async Task RunAsync()
    {
        await Disk.OpenAsync(this, CancellationToken.None);
        IsShared = Random.Next(3) == 0 && _limits.Nodes > 1;
        for (var i = 0; i < (IsShared ? 2 : 1); i++) _nodes.Add(await StartNodeAsync());
        var (subscriptions, publishers) = (Random.Next(1, _limits.Subscriptions + 1), Random.Next(1, 4));
        for (var i = 0; i < subscriptions; i++) await SubscribeAsync(i);
        var work = new List<Task>();
        for (var i = 0; i < publishers; i++) work.Add(PublishAsync(i));
        work.Add(MeddleAsync());
        work.Add(CrashAsync());
        await Task.WhenAll(work);
        _isOver = true;
        Faults.Heal();
        Trace("healed");
        foreach (var version in await Disk.Dispatches.LoadSubscriptionsAsync(CancellationToken.None))
        {
            await ChangeAsync(version.Subscription.Id, s => s with { Paused = false, Active = true });
        }

        for (var waited = 0; await Checker.FirstOwedAsync() is { } owed; waited++)
        {
            if (waited > 1000) throw new InvariantException($"(5) stuck after 10,000 s without faults: {owed}");
            await Task.Delay(TimeSpan.FromSeconds(10), _time);
        }

        foreach (var node in _nodes) await node.CallAsync(async () => { await node.Pipeline.StopAsync(CancellationToken.None); return true; });
        await Checker.FinishAsync();
    }

    private async Task<SimNode> StartNodeAsync()
    {
        while (true)
        {
            var node = new SimNode(this, ++_nodeNumber);
            Trace($"{node.Context} starts");
            var isUp = await node.CallAsync(async () =>
            {
                await node.Pipeline.StartAsync(CancellationToken.None);
                return true;
            });
            if (isUp) return node;
            node.Kill();
        }
    }

    private async Task SubscribeAsync(int number)
    {
        var concurrency = Random.Next(1, 5);
        var subscription = new Subscription
        {
            Id = $"s{number}",
            Name = $"s{number}",
            Events = [new[] { "*", "a", "b" }[Random.Next(3)]],
            Destination = new HandlerDestination("x"),
            Start = Random.Next(4) == 0 ? "beginning" : "now",
            Delivery = new DeliverySettings
            {
                Guarantee = Random.Next(4) == 0 ? DeliveryGuarantee.AtMostOnce : DeliveryGuarantee.AtLeastOnce,
                OrderingKey = Random.Next(2) == 0 ? "user_id" : null,
                Delay = Random.Next(4) == 0 ? TimeSpan.FromMilliseconds(Random.Next(2000)) : TimeSpan.Zero,
                Timeout = TimeSpan.FromMilliseconds(500),
                Concurrency = concurrency,
                Partitions = Random.Next(2) == 0 ? 1 : Random.Next(1, concurrency + 1),
                RateLimit = Random.Next(6) == 0 ? new RateLimit(Random.Next(1, 5), TimeSpan.FromMilliseconds(500)) : null,
                Retry = new RetrySettings { Limit = Random.Next(4), Schedule = [TimeSpan.FromMilliseconds(Random.Next(500)), TimeSpan.FromSeconds(2)] },
            },
        };
        for (var tries = 0; tries < 20; tries++)
        {
            var node = AnyNode();
            var created = await node.CallAsync(async () => (await node.Pipeline.Subscriptions.CreateAsync(subscription, CancellationToken.None), true));
            if (created.Item2) return;
            await Task.Delay(TimeSpan.FromMilliseconds(300), _time);
        }
    }

    private SimNode AnyNode() => _nodes[Random.Next(_nodes.Count)];

    private async Task PublishAsync(int publisher)
    {
        var count = Random.Next(2, 2 + _limits.EventsPerPublisher);
        for (var i = 0; i < count; i++)
        {
            var key = Random.Next(2) == 0 ? $"p{publisher}-{i}" : null;
            var payload = key ?? $"p{publisher}-{i}-free";
            var item = new NewEvent
            {
                Type = Random.Next(2) == 0 ? "a" : "b",
                Payload = Encoding.UTF8.GetBytes($"\"{payload}\""),
                UserId = Random.Next(4) == 0 ? null : $"u{Random.Next(3)}",
                IdempotencyKey = key,
            };
            for (var tries = 0; tries < 30; tries++)
            {
                var node = AnyNode();
                var result = await node.CallAsync(() => node.Pipeline.Publisher.PublishAsync(item, CancellationToken.None).AsTask());
                if (result is { Status: PublishStatus.Accepted or PublishStatus.Duplicate })
                {
                    Checker.Accepted(result.Events[0].Id, result.Events[0].Sequence);
                    if (key is not null) KeysUsed.Add((key, result.Events[0].Id));
                    Trace($"published {payload} at {result.Events[0].Sequence} ({item.Type}, {item.UserId})");
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(500)), _time);
                if (key is null) break; // without a key a second try could be a second event
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(300)), _time);
        }
    }

    private async Task MeddleAsync()
    {
        var changes = Random.Next(_limits.Changes + 1);
        for (var i = 0; i < changes; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(1500)), _time);
            var id = $"s{Random.Next(3)}";
            switch (Random.Next(11))
            {
                case 0: await ChangeAsync(id, s => s with { Paused = !s.Paused }); break;
                case 1: await ChangeAsync(id, s => s with { Active = !s.Active }); break;
                case 2: await ChangeAsync(id, s => s with { Events = [Random.Next(2) == 0 ? "a" : "*"] }); break;
                case 3: await ChangeAsync(id, s => s with { Delivery = s.Delivery with { Concurrency = Random.Next(s.Delivery.Partitions, 5) } }); break;
                case 7 or 8 or 9: await ChangeAsync(id, s => s with { Delivery = s.Delivery with { Concurrency = 4, Partitions = Random.Next(1, 5) } }); break;
                case 10: await ChangeAsync(id, s => s with { Delivery = s.Delivery with { OrderingKey = s.Delivery.OrderingKey is null ? "user_id" : null } }); break;
                case 4 when Random.Next(3) == 0:
                    var deleter = AnyNode();
                    await deleter.CallAsync(async () => await deleter.Pipeline.Subscriptions.DeleteAsync(id, CancellationToken.None));
                    break;
                case 5:
                    var redriver = AnyNode();
                    await redriver.CallAsync(async () => await redriver.Pipeline.Journal.RedriveAllAsync(new Journal.DeadLetterFilter(), CancellationToken.None));
                    break;
                case 6:
                    var replayer = AnyNode();
                    await replayer.CallAsync(async () => await replayer.Pipeline.Subscriptions.ReplayAsync(id, 1, 5, CancellationToken.None) is not null);
                    break;
            }
        }
    }

    private async Task ChangeAsync(string id, Func<Subscription, Subscription> change)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var node = AnyNode();
            var changed = await node.CallAsync(async () =>
            {
                await node.Pipeline.Subscriptions.UpdateAsync(id, change, CancellationToken.None);
                return true;
            });
            if (changed) return;
            await Task.Delay(TimeSpan.FromMilliseconds(500), _time);
        }
    }

    private async Task CrashAsync()
    {
        var crashes = Random.Next(_limits.Crashes + 1);
        for (var i = 0; i < crashes; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(3000)), _time);
            if (_isOver) return;
            var index = Random.Next(_nodes.Count);
            var node = _nodes[index];
            if (Random.Next(3) == 0)
            {
                // SIGSTOP, and SIGCONT when its leases may be another's. What it had in flight is with the receiver, out of anybody's hands.
                var pause = TimeSpan.FromMilliseconds(Random.Next(1, 6000));
                Trace($"{node.Context} is stopped for {pause.TotalMilliseconds} ms");
                Checker.Killed(node);
                node.Context.Pause();
                await Task.Delay(pause, _time);
                Trace($"{node.Context} goes on");
                node.Context.Continue();
                continue;
            }

            if (Random.Next(4) == 0)
            {
                Trace($"{node.Context} stops");
                await node.CallAsync(async () => { await node.Pipeline.StopAsync(CancellationToken.None); return true; });
            }

            Trace($"{node.Context} is killed");
            node.Kill();
            Checker.Killed(node);
            // Mostly by no more than ten times what anything waits for. What was due when a clock goes back an hour is due an hour later: long to simulate.
            if (Random.Next(4) == 0) WallStep += Random.Next(20) == 0 ? TimeSpan.FromMinutes(Random.Next(-60, 61)) : TimeSpan.FromSeconds(Random.Next(-20, 21));
            _nodes[index] = await StartNodeAsync();
        }
    }
}
