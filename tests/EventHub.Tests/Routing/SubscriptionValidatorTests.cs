using EventHub.Routing;
using Xunit;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionValidatorTests
{
    private static readonly Subscription s_valid = new()
    {
        Id = "",
        Name = "user-service",
        Events = ["user.*"],
        Destination = new WebhookDestination { Url = "https://example.com/hooks" },
    };

    public static TheoryData<string, Subscription> Wrong => new()
    {
        { "id", s_valid with { Id = "a b" } },
        { "id", s_valid with { Id = "a/b" } },
        { "id", s_valid with { Id = new string('a', 256) } },
        { "name", s_valid with { Name = "" } },
        { "name", s_valid with { Name = new string('a', 256) } },
        { "name", s_valid with { Name = "a\nb" } },
        { "events", s_valid with { Events = [] } },
        { "events", s_valid with { Events = [.. Enumerable.Repeat("a", 101)] } },
        { "events[0]", s_valid with { Events = ["user*"] } },
        { "events[1]", s_valid with { Events = ["a", "a..b"] } },
        { "events[1]", s_valid with { Events = ["a", "**.b"] } },
        { "source", s_valid with { Source = "" } },
        { "source", s_valid with { Source = new string('a', 513) } },
        { "start", s_valid with { Start = "" } },
        { "start", s_valid with { Start = "yesterday" } },
        { "start", s_valid with { Start = "-1" } },
        { "start", s_valid with { Start = "2026-01-01T00:00:00" } },
        { "created_by", s_valid with { CreatedBy = new string('a', 256) } },
        { "destination.url", With(new WebhookDestination { Url = "" }) },
        { "destination.url", With(new WebhookDestination { Url = "ftp://example.com" }) },
        { "destination.url", With(new WebhookDestination { Url = "/hooks" }) },
        { "destination.headers.X-Event-Id", With(Headers("X-Event-Id", "a")) },
        { "destination.headers.X A", With(Headers("X A", "a")) },
        { "destination.headers.X-A", With(Headers("X-A", "a\r\nb")) },
        { "destination.headers", With(new WebhookDestination { Url = "https://example.com", Headers = Enumerable.Range(0, 33).ToDictionary(i => $"X-{i}", _ => "a") }) },
        { "destination.format", With(new WebhookDestination { Url = "https://example.com", Format = (WebhookFormat)9 }) },
        { "destination.name", With(new HandlerDestination("")) },
        { "destination.name", With(new HandlerDestination(new string('a', 256))) },
    };

    public static TheoryData<Subscription> Right => new()
    {
        s_valid,
        s_valid with { Id = "my-service_1" },
        s_valid with { Name = new string('é', 255) },
        s_valid with { Events = [.. Enumerable.Repeat("**", 100)] },
        s_valid with { Source = new string('a', 512) },
        s_valid with { Start = "beginning" },
        s_valid with { Start = "0" },
        s_valid with { Start = "9223372036854775807" },
        s_valid with { Start = "2026-01-31T12:00:00.123456789+05:30" },
        s_valid with { Destination = new HandlerDestination("mail") },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_broken_rule_names_its_field_and_nothing_else(string field, Subscription subscription)
    {
        var error = Assert.Single(SubscriptionValidator.Validate(subscription));

        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Message);
        Assert.Null(error.Index);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void The_edges_of_the_rules_are_inside(Subscription subscription) => Assert.Empty(SubscriptionValidator.Validate(subscription));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var errors = SubscriptionValidator.Validate(s_valid with
        {
            Name = "",
            Events = ["a*", "b*"],
            Start = "x",
            Destination = new WebhookDestination { Url = "x" },
            Delivery = new DeliverySettings { Concurrency = 0, Retry = new RetrySettings { Limit = -1 } },
        });

        Assert.Equal(
            ["name", "events[0]", "events[1]", "destination.url", "delivery.concurrency", "delivery.retry.limit", "start"], errors.Select(e => e.Field));
    }

    [Fact]
    public void A_header_value_is_never_repeated_in_a_message()
    {
        var errors = SubscriptionValidator.Validate(With(Headers("Authorization", "Bearer sésame")));

        Assert.DoesNotContain("same", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    private static Subscription With(Destination destination) => s_valid with { Destination = destination };

    private static WebhookDestination Headers(string name, string value) =>
        new() { Url = "https://example.com", Headers = new Dictionary<string, string> { [name] = value } };
}
