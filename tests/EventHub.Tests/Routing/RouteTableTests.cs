using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly string[] s_segments = ["a", "b", "c", "A", "user"];

    [Theory]
    [InlineData("user.created", "user.created", true)]
    [InlineData("user.created", "user.Created", false)]
    [InlineData("user.*", "user.created", true)]
    [InlineData("user.*", "user", false)]
    [InlineData("user.*", "user.created.late", false)]
    [InlineData("*.created", "user.created", true)]
    [InlineData("*", "a.b.c.d", true)]
    [InlineData("**", "a", true)]
    [InlineData("user.**", "user", false)]
    [InlineData("user.**", "user.a", true)]
    [InlineData("user.**", "user.a.b", true)]
    [InlineData("*.**", "a", false)]
    [InlineData("*.**", "a.b", true)]
    [InlineData("*.*", "a.b", true)]
    public void One_pattern_matches_as_it_does_by_itself(string pattern, string type, bool isMatch)
    {
        var table = new RouteTable([Route(1, pattern)]);
        Assert.Equal(isMatch, Match(table, Make.Event(type)).Count == 1);
        Assert.Equal(isMatch, TypePattern.Parse(pattern).Matches(type));
    }

    [Fact]
    public void A_table_matches_as_each_of_its_routes_would()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var routes = Enumerable.Range(1, random.Next(0, 30))
                .Select(key => Route(key, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomPattern(random))], random.Next(4) == 0 ? "api" : null)).ToList();
            var table = new RouteTable(routes);
            for (var i = 0; i < 40; i++)
            {
                var item = Make.Event(RandomType(random), source: random.Next(2) == 0 ? "api" : "other");
                var expected = routes.Where(r => r.Matches(item)).Select(r => r.Key);
                Assert.Equal(expected, Match(table, item).Order());
                Assert.Equal(
                    expected, routes.Where(r => r.MatchesBeyondType(item) && r.Subscription.Events.Any(p => TypePattern.Parse(p).Matches(item.Type))).Select(r => r.Key));
            }
        }
    }

    [Fact]
    public void A_route_that_matches_by_several_patterns_is_there_once()
    {
        var table = new RouteTable([Route(1, "user.created", "user.*", "*", "user.**")]);
        Assert.Equal([1], Match(table, Make.Event("user.created")));
    }

    [Fact]
    public void The_source_is_compared_whole_and_case_sensitively()
    {
        var table = new RouteTable([Route(1, ["*"], "api")]);
        Assert.Equal([1], Match(table, Make.Event("a", source: "api")));
        Assert.Empty(Match(table, Make.Event("a", source: "API")));
        Assert.Empty(Match(table, Make.Event("a", source: "api2")));
    }

    [Fact]
    public void A_test_event_goes_to_the_one_it_names_whatever_the_patterns()
    {
        var table = new RouteTable([Route(1, "*"), Route(2, "order.created")]);
        var test = Make.Event(TestEvent.Type, source: TestEvent.SourceFor("s2"));
        Assert.Equal([2], Match(table, test));
        Assert.False(Route(1, "*").Matches(test));
        Assert.True(Route(2, "order.created").Matches(test));
        Assert.Equal([1], Match(table, Make.Event(TestEvent.Type, source: "somebody")));
    }

    private static List<int> Match(RouteTable table, Event item)
    {
        var matches = new HashSet<EventRoute>();
        table.Match(item, matches);
        return [.. matches.Select(m => m.Key)];
    }

    private static EventRoute Route(int key, params string[] patterns) => Route(key, patterns, null);

    private static EventRoute Route(int key, string[] patterns, string? source) =>
        new(new SubscriptionVersion(key, 1, 0, IsDeleted: false, Make.Subscription($"s{key}", patterns) with { Source = source }));

    private static string RandomType(Random random) => string.Join('.', Enumerable.Range(0, random.Next(1, 5)).Select(_ => s_segments[random.Next(s_segments.Length)]));

    private static string RandomPattern(Random random)
    {
        var segments = RandomType(random).Split('.');
        for (var i = 0; i < segments.Length; i++)
        {
            if (random.Next(3) == 0) segments[i] = "*";
        }

        if (random.Next(4) == 0) segments[^1] = "**";
        return string.Join('.', segments);
    }
}
