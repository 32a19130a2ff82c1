using System.Text;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Routing;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class SubscriptionPatchTests
{
    private static readonly Subscription s_current = new()
    {
        Id = "a",
        Name = "named",
        Events = ["a.*"],
        Source = "shop",
        Start = "7",
        Active = false,
        Paused = true,
        CreatedBy = "me",
        Destination = new WebhookDestination
        {
            Url = "https://example.com",
            Format = WebhookFormat.Payload,
            Headers = new Dictionary<string, string> { ["X-A"] = "1", ["X-B"] = "2" },
            Secrets = [new ProtectedSecret("x", null)],
        },
        Delivery = new DeliverySettings
        {
            Concurrency = 5,
            Partitions = 3,
            OrderingKey = "type",
            RateLimit = new RateLimit(9, TimeSpan.FromSeconds(3)),
            Retry = new RetrySettings { Limit = 8, Schedule = null, Exponential = new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), 3, Jitter.Full) },
        },
    };

    [Fact]
    public void What_is_not_named_stays() => Assert.Equal(s_current.ToStoredJson(), Patch("{}").ToStoredJson());

    [Fact]
    public void Null_resets_to_the_default()
    {
        var patched = Patch("""{"name":null,"source":null,"active":null,"paused":null,"created_by":null,"delivery":null,"destination":{"format":null,"headers":null}}""");

        Assert.Equal("example.com", patched.Name);
        Assert.Null(patched.Source);
        Assert.True(patched.Active);
        Assert.False(patched.Paused);
        Assert.Null(patched.CreatedBy);
        Assert.Equal(64, patched.Delivery.Concurrency);
        Assert.Equal(1, patched.Delivery.Partitions);
        Assert.NotNull(patched.Delivery.Retry.Schedule);
        var webhook = Assert.IsType<WebhookDestination>(patched.Destination);
        Assert.Equal(WebhookFormat.Envelope, webhook.Format);
        Assert.Empty(webhook.Headers);
        Assert.Single(webhook.Secrets);
    }

    [Fact]
    public void Headers_are_merged_by_name_whatever_their_case()
    {
        var webhook = (WebhookDestination)Patch("""{"destination":{"headers":{"x-a":"9","X-B":null,"X-C":"3","X-D":null}}}""").Destination;

        Assert.Equal(["X-C=3", "x-a=9"], webhook.Headers.Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_limit_alone_keeps_the_way_to_wait()
    {
        var retry = Patch("""{"delivery":{"retry":{"limit":1}}}""").Delivery.Retry;

        Assert.Equal(1, retry.Limit);
        Assert.Equal(3, retry.Exponential!.Factor);
    }

    [Fact]
    public void A_way_to_wait_is_merged_into_itself_and_replaces_another()
    {
        var merged = Patch("""{"delivery":{"retry":{"exponential":{"factor":1.5}}}}""").Delivery.Retry;
        Assert.Equal(new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), 1.5, Jitter.Full), merged.Exponential);
        Assert.Equal(8, merged.Limit);

        var replaced = Patch("""{"delivery":{"retry":{"constant_seconds":4}}}""").Delivery.Retry;
        Assert.Equal((8, TimeSpan.FromSeconds(4), null, null), (replaced.Limit, replaced.Constant!.Value, replaced.Exponential, replaced.Schedule));

        var reset = Patch("""{"delivery":{"retry":{"exponential":null}}}""").Delivery.Retry;
        Assert.Equal((8, 3), (reset.Limit, reset.Schedule!.Count));
        Assert.Null(reset.Exponential);
    }

    [Fact]
    public void A_rate_limit_is_merged_and_taken_away()
    {
        Assert.Equal(new RateLimit(9, TimeSpan.FromSeconds(60)), Patch("""{"delivery":{"rate_limit":{"period_seconds":60}}}""").Delivery.RateLimit);
        Assert.Null(Patch("""{"delivery":{"rate_limit":null}}""").Delivery.RateLimit);
    }

    [Fact]
    public void Another_type_replaces_the_destination()
    {
        Assert.Equal(new HandlerDestination("mail"), Patch("""{"destination":{"type":"handler","name":"mail"}}""").Destination);
        Assert.Equal("destination.name", Assert.Single(Errors("""{"destination":{"type":"handler"}}""")).Field);
        Assert.Equal("https://other.com", Assert.IsType<WebhookDestination>(Patch("""{"destination":{"url":"https://other.com"}}""").Destination).Url);
    }

    [Theory]
    [InlineData("""{"start":"now"}""", "start")]
    [InlineData("""{"events":null}""", "events")]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("""{"destination":null}""", "destination")]
    [InlineData("""{"destination":{"url":null}}""", "destination.url")]
    [InlineData("""{"id":"b"}""", "id")]
    [InlineData("""{"delivery":{"concurrency":0}}""", "delivery.concurrency")]
    [InlineData("""{"delivery":{"concurrency":2}}""", "delivery.partitions")]
    public void What_cannot_be_changed_is_refused(string json, string field) => Assert.Equal(field, Assert.Single(Errors(json)).Field);

    [Fact]
    public void The_same_start_may_be_repeated() => Assert.Equal("7", Patch("""{"start":7}""").Start);

    private static Subscription Patch(string json)
    {
        var errors = new List<FieldError>();
        var draft = SubscriptionDraft.Of(s_current, new DeliverySettings());
        SubscriptionJsonReader.Read(Encoding.UTF8.GetBytes(json), draft, errors);
        Assert.Empty(errors);
        return draft.Subscription;
    }

    private static List<FieldError> Errors(string json)
    {
        var errors = new List<FieldError>();
        SubscriptionJsonReader.Read(Encoding.UTF8.GetBytes(json), SubscriptionDraft.Of(s_current, new DeliverySettings()), errors);
        return errors;
    }
}
