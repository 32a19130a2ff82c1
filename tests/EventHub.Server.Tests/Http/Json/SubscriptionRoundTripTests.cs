using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Routing;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class SubscriptionRoundTripTests
{
    private static readonly string[] s_readOnly = ["id", "created_at", "updated_at"];

    public static TheoryData<Subscription> Subscriptions
    {
        get
        {
            var plain = new Subscription { Id = "", Name = "a", Events = ["a", "b.*"], Destination = new HandlerDestination("mail") };
            return new()
            {
                plain,
                plain with { Source = "shop", Start = "42", Active = false, Paused = true, CreatedBy = "é 😀" },
                plain with
                {
                    Destination = new WebhookDestination
                    {
                        Url = "https://example.com/a?b=c", Format = WebhookFormat.CloudEventsBinary, Headers = new Dictionary<string, string> { ["X-A"] = "b" },
                    },
                },
                plain with { Destination = new WebhookDestination { Url = "https://example.com", Format = WebhookFormat.CloudEvents } },
                plain with { Delivery = new() { Guarantee = DeliveryGuarantee.AtMostOnce, OrderingKey = "$.a", Delay = TimeSpan.FromMilliseconds(1500), Timeout = TimeSpan.FromMilliseconds(1) } },
                plain with { Delivery = new() { Concurrency = 3, Partitions = 3, RateLimit = new RateLimit(3, TimeSpan.FromMilliseconds(250)) } },
                plain with { Delivery = new() { Retry = new() { Limit = 0, Schedule = null, Constant = TimeSpan.FromSeconds(0.1) } } },
                plain with { Delivery = new() { Retry = new() { Schedule = null, Exponential = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), 1.7, Jitter.Decorrelated) } } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Subscriptions))]
    public void What_is_written_reads_back_the_same(Subscription subscription)
    {
        var json = JsonNode.Parse(Write(subscription))!.AsObject();
        foreach (var name in s_readOnly) Assert.True(json.Remove(name));
        json["destination"]!.AsObject().Remove("has_secret");
        var errors = new List<FieldError>();
        var draft = SubscriptionDraft.New(new DeliverySettings());
        SubscriptionJsonReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), draft, errors);

        Assert.Empty(errors);
        Assert.Equal(Encoding.UTF8.GetString(subscription.ToStoredJson()), Encoding.UTF8.GetString(draft.Subscription.ToStoredJson()));
    }

    [Fact]
    public void A_subscription_reads_as_the_contract_says()
    {
        var subscription = new Subscription
        {
            Id = "1", Name = "user-service", Events = ["user.*"], Destination = new WebhookDestination { Url = "https://example.com", Secrets = [new ProtectedSecret("hidden", null)] },
            CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        };

        Assert.Equal(
            """
            {"id":"1","name":"user-service","events":["user.*"],"source":null,"condition":null,
            "destination":{"type":"webhook","url":"https://example.com","format":"envelope","headers":{},"has_secret":true},
            "delivery":{"guarantee":"at_least_once","ordering_key":null,"delay_seconds":0,"timeout_ms":10000,"concurrency":64,"partitions":1,"rate_limit":null,
            "retry":{"limit":3,"schedule_seconds":[5,30,300]}},"start":"now","active":true,"paused":false,"created_by":null,
            "created_at":"1970-01-01T00:00:00.000Z","updated_at":"1970-01-01T00:00:00.000Z"}
            """.ReplaceLineEndings(""),
            Write(subscription));
    }

    private static string Write(Subscription subscription)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) SubscriptionJsonWriter.Write(writer, subscription);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
