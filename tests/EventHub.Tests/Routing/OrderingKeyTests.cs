using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class OrderingKeyTests
{
    [Fact]
    public void Without_a_key_there_is_no_order() => Assert.Null(OrderingKey.Parse(null));

    [Theory]
    [InlineData("organization_id", "org")]
    [InlineData("user_id", "user")]
    [InlineData("source", "src")]
    [InlineData("subject", "sub")]
    [InlineData("type", "a.b")]
    public void A_field_is_read_from_the_event(string key, string value)
    {
        var item = new Event
        {
            Id = Guid.NewGuid(), Type = "a.b", Payload = Make.Utf8("{}"), CreatedAt = Make.Time, OrganizationId = "org", UserId = "user", Source = "src", Subject = "sub",
        };
        Assert.Equal(value, OrderingKey.Parse(key)!.ValueOf(item));
    }

    [Theory]
    [InlineData("organization_id")]
    [InlineData("user_id")]
    [InlineData("subject")]
    public void A_field_that_is_not_there_is_no_value(string key) => Assert.Null(OrderingKey.Parse(key)!.ValueOf(Make.BareEvent()));

    [Theory]
    [InlineData("{\"a\":{\"b\":\"x\"}}", "x")]
    [InlineData("{\"a\":{\"b\":5}}", "5")]
    [InlineData("{\"a\":{\"b\":0}}", "0")]
    [InlineData("{\"a\":{\"b\":-1.5}}", "-1.5")]
    [InlineData("{\"a\":{\"b\":9007199254740993}}", "9007199254740993")]
    [InlineData("{\"a\":{\"b\":true}}", "True")]
    [InlineData("{\"a\":{\"b\":\"2026-01-01T00:00:00Z\"}}", "2026-01-01T00:00:00Z")]
    [InlineData("{\"a\":{\"b\":\"\"}}", null)]
    [InlineData("{\"a\":{\"b\":null}}", null)]
    [InlineData("{\"a\":{\"b\":{}}}", null)]
    [InlineData("{\"a\":{\"b\":[1]}}", null)]
    [InlineData("{\"a\":{}}", null)]
    [InlineData("{\"a\":1}", null)]
    [InlineData("[]", null)]
    [InlineData("\"text\"", null)]
    [InlineData("null", null)]
    public void A_path_selects_a_plain_value_or_none(string payload, string? value) => Assert.Equal(value, ValueOf("$.a.b", payload));

    [Theory]
    [InlineData("$.items[0].id", "{\"items\":[{\"id\":\"i\"}]}", "i")]
    [InlineData("$.items[*].id", "{\"items\":[{\"id\":\"first\"},{\"id\":\"second\"}]}", "first")]
    [InlineData("$..id", "{\"x\":{\"id\":7}}", "7")]
    [InlineData("$", "\"whole\"", "whole")]
    public void Of_several_values_the_first_counts(string path, string payload, string value) => Assert.Equal(value, ValueOf(path, payload));

    [Theory]
    [InlineData("$.items[?(@.n > 5)].id", "{\"items\":[{\"id\":\"i\",\"n\":\"text\"}]}")]
    [InlineData("$.items[?(@.n > 'x')].id", "{\"items\":[{\"id\":\"i\",\"n\":5}]}")]
    [InlineData("$.items[?(@.n > 5)].id", "{\"items\":[{\"id\":\"i\",\"n\":true}]}")]
    [InlineData("$.a['b']", "[1]")]
    [InlineData("$[0]", "{}")]
    public void A_payload_a_path_does_not_fit_has_no_value(string path, string payload) => Assert.Null(ValueOf(path, payload));

    [Fact]
    public void Numbers_too_large_for_any_type_do_no_harm()
    {
        Assert.Equal("k", ValueOf("$.a", $"{{\"a\":\"k\",\"n\":1e9999}}"));
        Assert.Null(ValueOf("$.a", $"{{\"a\":{new string('9', 400)}}}"));
        Assert.Null(ValueOf("$.a", $"{{\"a\":\"k\",\"n\":{new string('9', 400)}}}"));
    }

    [Fact]
    public void A_deep_payload_does_no_harm()
    {
        var payload = string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500));
        Assert.Null(ValueOf("$.a", payload));
    }

    private static string? ValueOf(string path, string payload)
    {
        Assert.Null(OrderingKeyRules.Validate(path));
        return OrderingKey.Parse(path)!.ValueOf(Make.Event(payload: payload));
    }
}
