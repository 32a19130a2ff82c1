using EventHub.AspNetCore.Http.Publishing;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.Http.Publishing;

public sealed class RequestHeaderTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("k", null, "k")]
    [InlineData(null, "k", "k")]
    [InlineData("k", "k", "k")]
    public void A_key_comes_by_either_header(string? x, string? standard, string? expected)
    {
        var errors = new List<FieldError>();
        Assert.Equal(expected, RequestKey.Read(Headers(("X-Idempotency-Key", x), ("Idempotency-Key", standard)), errors));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("a", "b", "Idempotency-Key")]
    [InlineData("", null, "X-Idempotency-Key")]
    [InlineData(null, "a\tb", "Idempotency-Key")]
    public void A_bad_key_is_refused_by_its_header(string? x, string? standard, string field)
    {
        var errors = new List<FieldError>();
        Assert.Null(RequestKey.Read(Headers(("X-Idempotency-Key", x), ("Idempotency-Key", standard)), errors));
        Assert.Equal(field, Assert.Single(errors).Field);
    }

    [Fact]
    public void A_key_has_at_most_255_characters()
    {
        var errors = new List<FieldError>();
        Assert.NotNull(RequestKey.Read(Headers(("Idempotency-Key", new string('k', 255))), errors));
        Assert.Null(RequestKey.Read(Headers(("Idempotency-Key", new string('k', 256))), errors));
        Assert.Single(errors);
    }

    [Theory]
    [InlineData("return=representation", true)]
    [InlineData("respond-async, return=representation; x=1", true)]
    [InlineData("Return = representation", false)]
    [InlineData("RETURN=REPRESENTATION", true)]
    [InlineData("return=\"representation\"", true)]
    [InlineData("return=minimal", false)]
    [InlineData(null, false)]
    public void Prefer_asks_for_the_event(string? value, bool expected) => Assert.Equal(expected, PreferHeader.WantsRepresentation(Headers(("Prefer", value))));

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false)]
    [InlineData("rubbish", false)]
    [InlineData(null, false)]
    public void A_traceparent_has_to_be_one(string? value, bool isTaken) =>
        Assert.Equal(isTaken ? value : null, TraceHeader.Read(Headers(("traceparent", value))));

    private static HeaderDictionary Headers(params (string Name, string? Value)[] headers)
    {
        var result = new HeaderDictionary();
        foreach (var (name, value) in headers.Where(h => h.Value is not null)) result[name] = value;
        return result;
    }
}
