using System.Text;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Routing;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class SubscriptionJsonReaderTests
{
    private const string Webhook = """{"type":"webhook","url":"https://example.com"}""";

    [Theory]
    [InlineData("""{"events":"a"}""", "destination", "events")]
    [InlineData("""{"events":[]}""", "destination", "events")]
    [InlineData("""{"events":[1,"a","b*"],"destination":WEBHOOK}""", "events[0]", "events[2]")]
    [InlineData("""{"events":null,"destination":WEBHOOK}""", "events")]
    [InlineData("""{"event":["a"],"destination":WEBHOOK}""", "event", "events")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"id":"a"}""", "id")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"name":1}""", "name")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"name":""}""", "name")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"name":"a","name":"b"}""", "name")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"source":[]}""", "source")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"condition":{"path":"$.a","exact":1}}""", "condition")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"start":true}""", "start")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"start":-1}""", "start")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"start":1.5}""", "start")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"start":"tomorrow"}""", "start")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"active":"yes"}""", "active")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"paused":0}""", "paused")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"created_by":{}}""", "created_by")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"created_by":""}""", "created_by")]
    [InlineData("""{"events":["a"]}""", "destination")]
    [InlineData("""{"events":["a"],"destination":null}""", "destination")]
    [InlineData("""{"events":["a"],"destination":"https://example.com"}""", "destination")]
    [InlineData("""{"events":["a"],"destination":{}}""", "destination.type")]
    [InlineData("""{"events":["a"],"destination":{"type":"queue"}}""", "destination.type")]
    [InlineData("""{"events":["a"],"destination":{"type":"rpc"}}""", "destination.name")]
    [InlineData("""{"events":["a"],"destination":{"type":1}}""", "destination.type")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook"}}""", "destination.url")]
    [InlineData("""{"events":["a"],"destination":{"url":null,"type":"webhook"}}""", "destination.url")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"example.com"}}""", "destination.url")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","format":"xml"}}""", "destination.format")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","headers":[]}}""", "destination.headers")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","headers":{"X-A":1}}}""", "destination.headers.X-A")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","headers":{"X-A":null}}}""", "destination.headers.X-A")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","headers":{"X-A":"1","x-a":"2"}}}""", "destination.headers.x-a")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","headers":{"Host":"a"}}}""", "destination.headers.Host")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","secret":7}}""", "destination.secret")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","secret":""}}""", "destination.secret")]
    [InlineData("""{"events":["a"],"destination":{"type":"webhook","url":"https://a.com","name":"a"}}""", "destination.name")]
    [InlineData("""{"events":["a"],"destination":{"type":"handler"}}""", "destination.name")]
    [InlineData("""{"events":["a"],"destination":{"type":"handler","name":5}}""", "destination.name")]
    [InlineData("""{"events":["a"],"destination":{"type":"handler","name":"a","url":"https://a.com"}}""", "destination.url")]
    [InlineData("""{"events":["a"],"destination":WEBHOOK,"delivery":5}""", "delivery")]
    public void What_is_wrong_is_named(string json, params string[] fields) => Assert.Equal(fields, Errors(json).Select(e => e.Field).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("\"guarantee\":\"exactly_once\"", "guarantee")]
    [InlineData("\"guarantee\":1", "guarantee")]
    [InlineData("\"ordering_key\":1", "ordering_key")]
    [InlineData("\"ordering_key\":\"payload.id\"", "ordering_key")]
    [InlineData("\"delay_seconds\":\"5\"", "delay_seconds")]
    [InlineData("\"delay_seconds\":-1", "delay_seconds")]
    [InlineData("\"delay_seconds\":0.0005", "delay_seconds")]
    [InlineData("\"delay_seconds\":2592001", "delay_seconds")]
    [InlineData("\"delay_seconds\":1e300", "delay_seconds")]
    [InlineData("\"delay_seconds\":1e999", "delay_seconds")]
    [InlineData("\"delay\":1", "delay")]
    [InlineData("\"timeout_ms\":0", "timeout_ms")]
    [InlineData("\"timeout_ms\":600001", "timeout_ms")]
    [InlineData("\"timeout_ms\":\"1s\"", "timeout_ms")]
    [InlineData("\"concurrency\":0", "concurrency")]
    [InlineData("\"concurrency\":1025", "concurrency")]
    [InlineData("\"concurrency\":1.5", "concurrency")]
    [InlineData("\"partitions\":0", "partitions")]
    [InlineData("\"partitions\":65,\"concurrency\":100", "partitions")]
    [InlineData("\"partitions\":5,\"concurrency\":4", "partitions")]
    [InlineData("\"partitions\":\"2\"", "partitions")]
    [InlineData("\"concurrency\":99999999999", "concurrency")]
    [InlineData("\"rate_limit\":5", "rate_limit")]
    [InlineData("\"rate_limit\":{}", "rate_limit.limit")]
    [InlineData("\"rate_limit\":{\"limit\":0}", "rate_limit.limit")]
    [InlineData("\"rate_limit\":{\"limit\":null}", "rate_limit.limit")]
    [InlineData("\"rate_limit\":{\"limit\":1,\"period_seconds\":0}", "rate_limit.period_seconds")]
    [InlineData("\"rate_limit\":{\"limit\":1,\"period\":1}", "rate_limit.period")]
    [InlineData("\"retry\":3", "retry")]
    [InlineData("\"retry\":{\"limit\":-1}", "retry.limit")]
    [InlineData("\"retry\":{\"limit\":101}", "retry.limit")]
    [InlineData("\"retry\":{\"limit\":\"3\"}", "retry.limit")]
    [InlineData("\"retry\":{\"schedule_seconds\":5}", "retry.schedule_seconds")]
    [InlineData("\"retry\":{\"schedule_seconds\":[]}", "retry.schedule_seconds")]
    [InlineData("\"retry\":{\"schedule_seconds\":[1,-1]}", "retry.schedule_seconds[1]")]
    [InlineData("\"retry\":{\"schedule_seconds\":[1,\"x\",{}]}", "retry.schedule_seconds[1]", "retry.schedule_seconds[2]")]
    [InlineData("\"retry\":{\"constant_seconds\":2592001}", "retry.constant_seconds")]
    [InlineData("\"retry\":{\"constant_seconds\":1,\"schedule_seconds\":[1]}", "retry")]
    [InlineData("\"retry\":{\"exponential\":{}}", "retry.exponential.initial_seconds", "retry.exponential.max_seconds")]
    [InlineData("\"retry\":{\"exponential\":5}", "retry.exponential")]
    [InlineData("\"retry\":{\"exponential\":{\"initial_seconds\":2,\"max_seconds\":1}}", "retry.exponential.max_seconds")]
    [InlineData("\"retry\":{\"exponential\":{\"initial_seconds\":null,\"max_seconds\":1}}", "retry.exponential.initial_seconds")]
    [InlineData("\"retry\":{\"exponential\":{\"initial_seconds\":1,\"max_seconds\":9,\"factor\":0}}", "retry.exponential.factor")]
    [InlineData("\"retry\":{\"exponential\":{\"initial_seconds\":1,\"max_seconds\":9,\"factor\":\"2\"}}", "retry.exponential.factor")]
    [InlineData("\"retry\":{\"exponential\":{\"initial_seconds\":1,\"max_seconds\":9,\"jitter\":\"some\"}}", "retry.exponential.jitter")]
    [InlineData("\"retry\":{\"backoff\":1}", "retry.backoff")]
    public void What_is_wrong_with_the_delivery_is_named(string delivery, params string[] fields)
    {
        var errors = Errors($$"""{"events":["a"],"destination":{{Webhook}},"delivery":{ {{delivery}} } }""");

        Assert.Equal(fields.Select(f => $"delivery.{f}"), errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void What_is_no_object_is_one_error(string json) => Assert.Equal("body", Assert.Single(Errors(json)).Field);

    [Fact]
    public void Everything_is_told_at_once()
    {
        var errors = Errors("""{"evnts":1,"events":["a*"],"name":2,"destination":{"type":"webhook","url":"x","format":"y"},"delivery":{"concurrency":0,"retry":{"limit":"x"}}}""");

        Assert.Equal(
            ["delivery.concurrency", "delivery.retry.limit", "destination.format", "destination.url", "events[0]", "evnts", "name"],
            errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var subscription = Read("""{"events":["a"],"destination":{"type":"webhook","url":"https://example.com:8443/hooks?token=x"}}""");

        Assert.Equal("example.com:8443", subscription.Name);
        Assert.Equal("now", subscription.Start);
        Assert.True(subscription.Active);
        Assert.False(subscription.Paused);
        Assert.Null(subscription.Source);
        Assert.Equal(3, subscription.Delivery.Retry.Limit);
        Assert.Equal([5, 30, 300], subscription.Delivery.Retry.Schedule!.Select(s => s.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(7), subscription.Delivery.Timeout);
    }

    [Fact]
    public void Zero_means_zero()
    {
        var delivery = Read("""{"events":["a"],"destination":WEBHOOK,"delivery":{"delay_seconds":0,"retry":{"limit":0,"constant_seconds":0}}}""").Delivery;

        Assert.Equal(0, delivery.Retry.Limit);
        Assert.Equal(TimeSpan.Zero, delivery.Retry.Constant);
        Assert.Null(delivery.Retry.Schedule);
        Assert.Equal(TimeSpan.Zero, delivery.Delay);
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("\"42\"", "42")]
    [InlineData("\"beginning\"", "beginning")]
    [InlineData("null", "now")]
    [InlineData("\"2026-01-01T00:00:00Z\"", "2026-01-01T00:00:00Z")]
    public void Start_is_a_word_a_sequence_or_a_time(string json, string expected) =>
        Assert.Equal(expected, Read($$"""{"events":["a"],"destination":{{Webhook}},"start":{{json}}}""").Start);

    [Fact]
    public void Durations_are_exact_to_the_tick()
    {
        var retry = Read("""{"events":["a"],"destination":WEBHOOK,"delivery":{"retry":{"schedule_seconds":[0.1,1.5e0,0.001]}}}""").Delivery.Retry;

        Assert.Equal([1_000_000, 15_000_000, 10_000], retry.Schedule!.Select(s => s.Ticks));
    }

    private static List<FieldError> Errors(string json)
    {
        var errors = new List<FieldError>();
        SubscriptionJsonReader.Read(Bytes(json), SubscriptionDraft.New(new DeliverySettings()), errors);
        return errors;
    }

    private static Subscription Read(string json)
    {
        var errors = new List<FieldError>();
        var draft = SubscriptionDraft.New(new DeliverySettings { Timeout = TimeSpan.FromSeconds(7) });
        SubscriptionJsonReader.Read(Bytes(json), draft, errors);
        Assert.Empty(errors);
        return draft.Subscription;
    }

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json.Replace("WEBHOOK", Webhook, StringComparison.Ordinal));
}
