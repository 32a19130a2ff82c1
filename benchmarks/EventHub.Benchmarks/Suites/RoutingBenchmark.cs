using System.Diagnostics;
using EventHub.Benchmarks.Measuring;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Benchmarks.Suites;

/// <summary>What subscriptions cost that do not match.</summary>
internal sealed class RoutingBenchmark : IBenchmark
{
    private const int Batch = 100;

    // A round takes a fraction of a second, in which one collection more or less shows.
    private const int LeastRounds = 7;
    private static readonly int[] s_counts = [10, 1_000, 10_000];

    public string Name => "routing";

    public string About => "100,000 events past 10, 1,000 and 10,000 subscriptions that do not match";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(10 + (3 * RoundsOf(context)));

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var events = context.IsQuick ? 20_000 : 100_000;
        var table = new Table($"{events:N0} events past subscriptions that do not match", "subscriptions", "publish, route, last one handled: ms", "ratio to 10", "route table alone: ns/event", "managed memory, MB");
        var memory = s_counts.Select(_ => new List<double>()).ToArray();
        foreach (var count in s_counts)
        {
            await EndToEndAsync(count, events, []);
            RouteTableAlone(count);
        }

        var rounds = await Rounds.RunAsync(RoundsOf(context), [.. s_counts.Select((count, i) => (Func<Task<double>>)(() => EndToEndAsync(count, events, memory[i])))]);
        for (var i = 0; i < s_counts.Length; i++) table.Add(s_counts[i], rounds.Median(i), rounds.Ratio(i, 0), RouteTableAlone(s_counts[i]), Rounds.MedianOf([.. memory[i]]));
        return [table];
    }

    /// <summary>From the first publish until a handler got an event published after all the others. Memory store: a disk would only hide the cost.</summary>
    private static async Task<double> EndToEndAsync(int subscriptions, int events, List<double> memory)
    {
        var handler = new CountingHandler();
        await using var hub = await InProcessHub.StartAsync(null, handler);
        await hub.SubscribeAsync("bench.last");
        for (var i = 0; i < subscriptions; i++) await hub.SubscribeAsync(Pattern(i));

        // All runners are up once the one made last has its lease; the handler's own is older.
        var done = handler.Expect(1);
        await hub.SubscribeAsync("bench.ready");
        await hub.PublishAsync(InProcessHub.NewEvent("bench.ready"));
        await done;

        memory.Add(ManagedMemory() / 1e6);
        var batch = Enumerable.Range(0, Batch).Select(_ => InProcessHub.NewEvent()).ToArray();
        for (var i = 0; i < 50; i++) await hub.PublishBatchAsync(batch);
        done = handler.Expect(1);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < events / Batch; i++) await hub.PublishBatchAsync(batch);
        await hub.PublishAsync(InProcessHub.NewEvent("bench.last"));
        await done;
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static int RoundsOf(BenchContext context) => context.IsQuick ? context.Rounds : Math.Max(context.Rounds, LeastRounds);

    private static long ManagedMemory()
    {
        // What the round before left goes only after its finalizers.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static double RouteTableAlone(int subscriptions)
    {
        var table = new RouteTable(Enumerable.Range(0, subscriptions).Select(i => new EventRoute(new SubscriptionVersion(
            i + 1, 1, 0, false, new Subscription { Id = $"s{i}", Name = $"s{i}", Events = [Pattern(i)], Destination = new HandlerDestination("bench") }))));
        var item = new Event { Id = Guid.CreateVersion7(), Type = "bench.order.created", Source = "bench", Payload = "{}"u8.ToArray(), CreatedAt = TimeProvider.System.GetUtcNow() };
        var matches = new HashSet<EventRoute>();
        var best = double.MaxValue;
        for (var round = 0; round < 7; round++)
        {
            const int Times = 200_000;
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Times; i++) table.Match(item, matches);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times);
        }

        return best;
    }

    /// <summary>Exact types, stars in every place, and tails: none takes a <c>bench</c> event, most begin like one.</summary>
    private static string Pattern(int i) => (i % 5) switch
    {
        0 => $"bench.order.changed{i}",
        1 => $"other{i}.*",
        2 => $"*.order.gone{i}",
        3 => $"bench.*.gone{i}",
        _ => $"bench.order{i}.**",
    };
}
