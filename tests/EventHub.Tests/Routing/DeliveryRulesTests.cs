using EventHub.Events;
using EventHub.Routing;
using Xunit;

namespace EventHub.Tests.Routing;

public sealed class DeliveryRulesTests
{
    private const double Month = 30 * 86_400;

    public static TheoryData<string, DeliverySettings> Wrong => new()
    {
        { "guarantee", new() { Guarantee = (DeliveryGuarantee)5 } },
        { "delay_seconds", new() { Delay = TimeSpan.FromMilliseconds(-1) } },
        { "delay_seconds", new() { Delay = TimeSpan.FromSeconds(Month + 0.001) } },
        { "delay_seconds", new() { Delay = TimeSpan.FromTicks(1) } },
        { "timeout_ms", new() { Timeout = TimeSpan.Zero } },
        { "timeout_ms", new() { Timeout = TimeSpan.FromMilliseconds(600_001) } },
        { "concurrency", new() { Concurrency = 0 } },
        { "concurrency", new() { Concurrency = 1025 } },
        { "partitions", new() { Partitions = 0 } },
        { "partitions", new() { Partitions = 65, Concurrency = 100 } },
        { "partitions", new() { Partitions = 9, Concurrency = 8 } },
        { "rate_limit.limit", new() { RateLimit = new RateLimit(0, TimeSpan.FromSeconds(1)) } },
        { "rate_limit.limit", new() { RateLimit = new RateLimit(1_000_001, TimeSpan.FromSeconds(1)) } },
        { "rate_limit.period_seconds", new() { RateLimit = new RateLimit(1, TimeSpan.Zero) } },
        { "rate_limit.period_seconds", new() { RateLimit = new RateLimit(1, TimeSpan.FromSeconds(86_401)) } },
        { "retry.limit", Retry(new() { Limit = -1 }) },
        { "retry.limit", Retry(new() { Limit = 101 }) },
        { "retry", Retry(new() { Schedule = null }) },
        { "retry", Retry(new() { Constant = TimeSpan.Zero }) },
        { "retry.schedule_seconds", Retry(new() { Schedule = [] }) },
        { "retry.schedule_seconds", Retry(new() { Schedule = [.. Enumerable.Repeat(TimeSpan.Zero, 101)] }) },
        { "retry.schedule_seconds[1]", Retry(new() { Schedule = [TimeSpan.Zero, TimeSpan.FromSeconds(-1)] }) },
        { "retry.constant_seconds", Retry(new() { Schedule = null, Constant = TimeSpan.FromSeconds(Month + 1) }) },
        { "retry.exponential.initial_seconds", Exponential(0, 10, 2) },
        { "retry.exponential.max_seconds", Exponential(1, Month + 1, 2) },
        { "retry.exponential.max_seconds", Exponential(2, 1, 2) },
        { "retry.exponential.factor", Exponential(1, 10, 0.99) },
        { "retry.exponential.factor", Exponential(1, 10, 100.1) },
        { "retry.exponential.factor", Exponential(1, 10, double.NaN) },
        { "retry.exponential.jitter", Exponential(1, 10, 2, (Jitter)7) },
        { "ordering_key", new() { OrderingKey = "" } },
        { "ordering_key", new() { OrderingKey = "Source" } },
        { "ordering_key", new() { OrderingKey = "payload.id" } },
        { "ordering_key", new() { OrderingKey = "$.a[" } },
        { "ordering_key", new() { OrderingKey = "$[?(@.a ==" } },
        { "ordering_key", new() { OrderingKey = "$[99999999999]" } },
        { "ordering_key", new() { OrderingKey = "$[?(@.a =~ /(/)]" } },
        { "ordering_key", new() { OrderingKey = "$." + new string('a', 511) } },
    };

    public static TheoryData<DeliverySettings> Right => new()
    {
        new DeliverySettings { Delay = TimeSpan.FromSeconds(Month), Timeout = TimeSpan.FromMilliseconds(1), Concurrency = 1 },
        new DeliverySettings { Timeout = TimeSpan.FromMinutes(10), Concurrency = 1024 },
        new DeliverySettings { Partitions = 64, Concurrency = 64 },
        new DeliverySettings { RateLimit = new RateLimit(1, TimeSpan.FromMilliseconds(1)) },
        new DeliverySettings { RateLimit = new RateLimit(1_000_000, TimeSpan.FromDays(1)) },
        Retry(new() { Limit = 0, Schedule = [TimeSpan.Zero] }),
        Retry(new() { Limit = 100, Schedule = null, Constant = TimeSpan.Zero }),
        Exponential(0.001, 0.001, 1),
        Exponential(Month, Month, 100, Jitter.Decorrelated),
        new DeliverySettings { OrderingKey = "organization_id" },
        new DeliverySettings { OrderingKey = "user_id" },
        new DeliverySettings { OrderingKey = "source" },
        new DeliverySettings { OrderingKey = "subject" },
        new DeliverySettings { OrderingKey = "type" },
        new DeliverySettings { OrderingKey = "$" },
        new DeliverySettings { OrderingKey = "$.order.id" },
        new DeliverySettings { OrderingKey = "$['a b'][0]" },
        new DeliverySettings { OrderingKey = "$." + new string('a', 510) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_broken_rule_names_its_field_and_nothing_else(string field, DeliverySettings delivery) =>
        Assert.Equal($"delivery.{field}", Assert.Single(Validate(delivery)).Field);

    [Theory]
    [MemberData(nameof(Right))]
    public void The_edges_of_the_rules_are_inside(DeliverySettings delivery) => Assert.Empty(Validate(delivery));

    [Fact]
    public void A_message_names_the_rule_and_the_value_in_the_unit_of_the_field()
    {
        Assert.Equal("must be from 1 to 600000 ms, not 0.5", Assert.Single(Validate(new() { Timeout = TimeSpan.FromMicroseconds(500) })).Message);
        Assert.Equal("must be from 0 to 2592000 seconds, not -1.5", Assert.Single(Validate(new() { Delay = TimeSpan.FromSeconds(-1.5) })).Message);
    }

    [Fact]
    public void No_text_makes_the_check_of_a_path_throw_and_what_passes_can_be_looked_up()
    {
        var item = new Event
        {
            Id = Guid.Empty,
            Type = "a",
            Payload = """{"a":[1,{"a":"9","é":null},[true]],"1":{"a":1.5},"9":"x"}"""u8.ToArray(),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        // A fixed seed: what it finds once it finds always.
        var random = new Random(20260101);
        string[] parts = ["$", ".", "..", "@", "[", "]", "(", ")", "?(", "[?(@.", ")]", "'", "\"", "*", ",", ":", "==", "===", "!=", "<", ">=", "&&", "||", "/a/", "~", "\\", "-", "1", "9", " ", "a", ".a", "[1]", "[-1:]", "['a']", "é", "\u0000", "true", "null"];
        var passed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = "$" + string.Concat(random.GetItems(parts, random.Next(1, 9)));
            if (OrderingKeyRules.Validate(text) is not null) continue;
            OrderingKey.Parse(text)!.ValueOf(item);
            passed++;
        }

        Assert.NotEqual(0, passed);
    }

    private static IReadOnlyList<EventHub.Publishing.FieldError> Validate(DeliverySettings delivery) => SubscriptionValidator.Validate(new Subscription
    {
        Id = "a",
        Name = "a",
        Events = ["*"],
        Destination = new HandlerDestination("a"),
        Delivery = delivery,
    });

    private static DeliverySettings Retry(RetrySettings retry) => new() { Retry = retry };

    private static DeliverySettings Exponential(double initial, double max, double factor, Jitter jitter = Jitter.None) => Retry(new()
    {
        Schedule = null,
        Exponential = new ExponentialBackoff(TimeSpan.FromSeconds(initial), TimeSpan.FromSeconds(max), factor, jitter),
    });
}
