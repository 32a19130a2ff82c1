using System.Text;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Routing;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class WebhookJsonReaderTests
{
    [Theory]
    [InlineData("{}", "events", "url")]
    [InlineData("""{"url":"ftp://a","events":["a"]}""", "url")]
    [InlineData("""{"url":null,"events":["a"]}""", "url")]
    [InlineData("""{"url":"https://a.com","events":["a"],"event_types":["a"]}""", "event_types")]
    [InlineData("""{"url":"https://a.com","events":["a"],"destination":{}}""", "destination")]
    [InlineData("""{"url":"https://a.com","events":["a"],"condition":{}}""", "condition")]
    [InlineData("""{"url":"https://a.com","events":["a"],"format":"json"}""", "format")]
    [InlineData("""{"url":"https://a.com","events":["a"],"headers":{"X-Signature":"a"}}""", "headers.X-Signature")]
    [InlineData("""{"url":"https://a.com","events":["a"],"secret":""}""", "secret")]
    [InlineData("""{"url":"https://a.com","events":["a"],"secret":"whsec_!"}""", "secret")]
    [InlineData("""{"url":"https://a.com","events":["a"],"timeout_ms":0}""", "timeout_ms")]
    [InlineData("""{"url":"https://a.com","events":["a"],"retry":{"limit":101}}""", "retry.limit")]
    [InlineData("""{"url":"https://a.com","events":["a"],"retry":{"schedule_seconds":[1,-1]}}""", "retry.schedule_seconds[1]")]
    [InlineData("""{"url":"https://a.com","events":["a"],"delivery":{"retry":{"limit":101}}}""", "delivery.retry.limit")]
    [InlineData("""{"url":"https://a.com","events":["a"],"delivery":{"timeout_ms":0},"concurrency":0}""", "concurrency", "delivery.timeout_ms")]
    [InlineData("""{"url":"https://a.com","events":["a"],"delivery":{"timeout_ms":5},"timeout_ms":6}""", "timeout_ms")]
    public void What_is_wrong_is_named_as_the_caller_wrote_it(string json, params string[] fields)
    {
        var (_, errors) = Read(json);

        Assert.Equal(fields, errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Delivery_is_laid_flat_or_nested()
    {
        var flat = Read("""{"url":"https://a.com","events":["a"],"timeout_ms":500,"retry":{"limit":1},"guarantee":"at_most_once"}""").Draft.Subscription;
        var nested = Read("""{"url":"https://a.com","events":["a"],"delivery":{"timeout_ms":500,"retry":{"limit":1},"guarantee":"at_most_once"}}""").Draft.Subscription;

        Assert.Equal(TimeSpan.FromMilliseconds(500), flat.Delivery.Timeout);
        Assert.Equal(flat.ToStoredJson(), nested.ToStoredJson());
    }

    [Theory]
    [InlineData("", false, null)]
    [InlineData(",\"secret\":null", true, null)]
    [InlineData(",\"secret\":\"s3cret\"", true, "s3cret")]
    public void No_secret_and_a_null_secret_differ(string field, bool isGiven, string? value)
    {
        var (draft, errors) = Read($$"""{"url":"https://a.com","events":["a"]{{field}}}""");

        Assert.Empty(errors);
        Assert.Equal(new SecretField(isGiven, value), draft.Secret);
    }

    [Fact]
    public void A_secret_that_is_refused_is_not_repeated()
    {
        var (_, errors) = Read("""{"url":"https://a.com","events":["a"],"secret":["hunter2"]}""");
        Assert.DoesNotContain("hunter2", Assert.Single(errors).Message, StringComparison.Ordinal);

        (_, errors) = Read("""{"url":"https://a.com","events":["a"],"secret":"whsec_hunter2!"}""");
        Assert.DoesNotContain("hunter2", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    private static (SubscriptionDraft Draft, List<FieldError> Errors) Read(string json)
    {
        var errors = new List<FieldError>();
        var draft = SubscriptionDraft.New(new DeliverySettings());
        WebhookJsonReader.Read(Encoding.UTF8.GetBytes(json), draft, errors);
        return (draft, errors);
    }
}
