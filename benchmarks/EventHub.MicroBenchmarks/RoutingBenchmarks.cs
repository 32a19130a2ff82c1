using BenchmarkDotNet.Attributes;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.MicroBenchmarks;

/// <summary>Which subscriptions an event is for: one matches, the others come close.</summary>
public class RoutingBenchmarks
{
    private readonly Event _event = Samples.Event();
    private readonly HashSet<EventRoute> _matches = [];
    private RouteTable _table = null!;

    [Params(10, 1_000, 10_000)]
    public int Subscriptions { get; set; }

    [GlobalSetup]
    public void Prepare() => _table = new RouteTable(Enumerable.Range(0, Subscriptions).Select(i => new EventRoute(new SubscriptionVersion(
        i + 1, 1, 0, false, new Subscription { Id = $"s{i}", Name = $"s{i}", Events = [Pattern(i)], Destination = new HandlerDestination("bench") }))));

    [Benchmark(Description = "route an event: subscriptions")]
    public int Match()
    {
        _matches.Clear();
        _table.Match(_event, _matches);
        return _matches.Count;
    }

    private static string Pattern(int i) => i == 0 ? "bench.order.*" : (i % 5) switch
    {
        0 => $"bench.order.changed{i}",
        1 => $"other{i}.*",
        2 => $"*.order.gone{i}",
        3 => $"bench.*.gone{i}",
        _ => $"bench.order{i}.**",
    };
}
