using System.Text;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.Publishing;
using Xunit;

namespace EventHub.Server.Tests.Http.Publishing;

public sealed class NewEventJsonTests
{
    [Fact]
    public void Reads_every_field()
    {
        var item = Read("""
            {"type":"a.b","payload":{"x":1},"version":"v2","source":"s","subject":"sub","metadata":{"m":1},"organization_id":"o","user_id":"u",
             "session_id":"se","schema":"sc","entity":"en","operation":"op","idempotency_key":"k"}
            """);
        Assert.NotNull(item);
        Assert.Equal(
            "a.b|{\"x\":1}|v2|s|sub|{\"m\":1}|o|u|se|sc|en|op|k",
            $"{item.Type}|{Text(item.Payload)}|{item.Version}|{item.Source}|{item.Subject}|{Text(item.Metadata)}|{item.OrganizationId}|{item.UserId}|{item.SessionId}|{item.Schema}|{item.Entity}|{item.Operation}|{item.IdempotencyKey}");
        Assert.True(item.IsTrustedJson);
    }

    [Theory]
    [InlineData("""{"z":1,"a":1.0,"n":9007199254740993,"e":"😀","u":"\ud83d\ude00"}""")]
    [InlineData("""{ "a" : [ 1 , 2 ] }""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("-0.0")]
    [InlineData("1e400")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    public void A_payload_is_any_json_value_and_keeps_its_bytes(string payload) =>
        Assert.Equal(payload, Text(Read($$"""{"type":"a",  "payload" : {{payload}} }""")!.Payload));

    [Theory]
    [InlineData("""{"event_type":"a.b","payload":1}""")]
    [InlineData("""{"event_type":"a.b","type":"a.b","payload":1}""")]
    [InlineData("""{"event_type":null,"type":"a.b","payload":1}""")]
    public void Event_type_is_an_alias_of_type(string json) => Assert.Equal("a.b", Read(json)!.Type);

    [Theory]
    [InlineData("""{"event_type":"a","type":"b","payload":1}""", "event_type")]
    [InlineData("""{"payload":1}""", "type")]
    [InlineData("""{"type":null,"payload":1}""", "type")]
    [InlineData("""{"type":5,"payload":1}""", "type")]
    [InlineData("""{"type":"a"}""", "payload")]
    [InlineData("""{}""", "type", "payload")]
    [InlineData("""{"type":"a..b","payload":1,"organisation_id":"o"}""", "organisation_id", "type")]
    [InlineData("""{"event_type":"a b","payload":1,"x":1}""", "x", "event_type")]
    [InlineData("""{"type":"a","payload":1,"metadata":[]}""", "metadata")]
    [InlineData("""{"type":"a","payload":1,"metadata":"{}"}""", "metadata")]
    [InlineData("""{"type":"a","payload":1,"version":1,"source":2,"subject":3,"organization_id":4,"user_id":5,"session_id":6,"schema":7,"entity":8,"operation":9,"idempotency_key":0}""",
        "version", "source", "subject", "organization_id", "user_id", "session_id", "schema", "entity", "operation", "idempotency_key")]
    [InlineData("""{"type":"a","payload":1,"payload":2}""", "payload")]
    [InlineData("""{"type":"a","payload":"\udead"}""", "payload")]
    [InlineData("""{"type":"a","payload":{"\udead":1}}""", "payload")]
    [InlineData("""{"type":"a","payload":{]}""", "payload")]
    public void Says_all_that_is_wrong(string json, params string[] fields)
    {
        var errors = new List<FieldError>();
        Assert.Null(NewEventJson.Read(Encoding.UTF8.GetBytes(json), errors, 7));
        Assert.Equal(fields, errors.Select(e => e.Field));
        Assert.All(errors, e => Assert.Equal(7, e.Index));
    }

    private static NewEvent? Read(string json)
    {
        var errors = new List<FieldError>();
        var item = NewEventJson.Read(Encoding.UTF8.GetBytes(json), errors);
        Assert.Empty(errors);
        return item;
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
