using System.Text;
using EventHub.AspNetCore.CloudEvents;
using EventHub.Publishing;
using Xunit;

namespace EventHub.Server.Tests.CloudEvents;

public sealed class CloudEventJsonTests
{
    private const string Required = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a.b\"";

    [Fact]
    public void Maps_attributes_and_keeps_the_rest()
    {
        var item = Read("""
            {"specversion":"1.0","id":"i-1","source":"/auth","type":"user.created","subject":"u","time":"2026-01-01T00:00:00.123456789+01:00",
             "datacontenttype":"application/json","dataschema":"https://x/y","organizationid":"o","userid":"us","sessionid":7,"flag":true,"num":-3,
             "gone":null,"data":{"b":1.0,"a":9007199254740993}}
            """)!;
        Assert.Equal("user.created|/auth|u|o|us|7", $"{item.Type}|{item.Source}|{item.Subject}|{item.OrganizationId}|{item.UserId}|{item.SessionId}");
        Assert.Equal("""{"b":1.0,"a":9007199254740993}""", Encoding.UTF8.GetString(item.Payload.Span));
        Assert.Equal("ce:5:/auth:i-1", item.IdempotencyKey);
        var kept = item.CloudEvent!;
        Assert.Equal("i-1|2026-01-01T00:00:00.123456789+01:00|application/json|https://x/y|json", $"{kept.Id}|{kept.Time}|{kept.DataContentType}|{kept.DataSchema}|{kept.DataKind}");
        Assert.Equal("flag=true,num=-3,organizationid=\"o\",sessionid=7,userid=\"us\"",
            string.Join(",", kept.Extensions.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}={e.Value.GetRawText()}")));
        Assert.Equal(kept.ToJson(), EventHub.Events.CloudEventAttributes.FromJson(kept.ToJson())!.ToJson());
    }

    [Theory]
    [InlineData("", "none", "null")]
    [InlineData(",\"data\":null", "json", "null")]
    [InlineData(",\"data\":\"x\"", "json", "\"x\"")]
    [InlineData(",\"data\":\"<a/>\",\"datacontenttype\":\"text/xml\"", "text", "\"<a/>\"")]
    [InlineData(",\"datacontenttype\":\"application/vnd.x+json\",\"data\":[1]", "json", "[1]")]
    [InlineData(",\"data_base64\":\"AAH/\"", "base64", "\"AAH/\"")]
    [InlineData(",\"data_base64\":\"eyJhIjoxLjB9\",\"datacontenttype\":\"application/json\"", "json", "{\"a\":1.0}")]
    [InlineData(",\"data_base64\":\"AAH/\",\"datacontenttype\":\"image/png\"", "base64", "\"AAH/\"")]
    public void Data_becomes_the_payload(string members, string kind, string payload)
    {
        var item = Read("{" + Required + members + "}")!;
        Assert.Equal((kind, payload), (item.CloudEvent!.DataKind, Encoding.UTF8.GetString(item.Payload.Span)));
    }

    [Theory]
    [InlineData("{}", "specversion", "id", "source", "type")]
    [InlineData("""{"specversion":"0.3","id":"","source":"","type":"a b"}""", "specversion", "id", "source", "type")]
    [InlineData("""{"specversion":1.0,"id":1,"source":[],"type":{}}""", "specversion", "id", "source", "type")]
    [InlineData("{" + Required + ""","time":"yesterday"}""", "time")]
    [InlineData("{" + Required + ""","subject":""}""", "subject")]
    [InlineData("{" + Required + ""","datacontenttype":"rubbish"}""", "datacontenttype")]
    [InlineData("{" + Required + ""","dataschema":"relative"}""", "dataschema")]
    [InlineData("{" + Required + ""","Upper":"x","under_score":"y"}""", "Upper", "under_score")]
    [InlineData("{" + Required + ""","ext":{"a":1}}""", "ext")]
    [InlineData("{" + Required + ""","ext":1.5}""", "ext")]
    [InlineData("{" + Required + ""","ext":4294967296}""", "ext")]
    [InlineData("{" + Required + ""","ext":"a","ext":"b"}""", "ext")]
    [InlineData("{" + Required + ""","id":"again"}""", "id")]
    [InlineData("{" + Required + ""","data":1,"data_base64":"AA=="}""", "data_base64")]
    [InlineData("{" + Required + ""","data_base64":"*"}""", "data_base64")]
    [InlineData("{" + Required + ""","data_base64":"AA==","datacontenttype":"application/json"}""", "data_base64")]
    [InlineData("{" + Required + ""","data":{},"datacontenttype":"text/plain"}""", "data")]
    [InlineData("{" + Required + ""","data":"\ud800"}""", "data")]
    [InlineData("{" + Required + ""","data":[}""", "data")]
    [InlineData("[]", "body")]
    public void Says_all_that_is_wrong(string json, params string[] fields)
    {
        var errors = new List<FieldError>();
        Assert.Null(CloudEventJson.Read(Encoding.UTF8.GetBytes(json), errors, 3));
        Assert.Equal(fields, errors.Select(e => e.Field));
        Assert.All(errors, e => Assert.Equal(3, e.Index));
    }

    [Fact]
    public void Errors_of_one_item_of_a_batch_do_not_spoil_the_next()
    {
        var errors = new List<FieldError>();
        Assert.Null(CloudEventJson.Read("{}"u8.ToArray(), errors, 0));
        Assert.NotNull(CloudEventJson.Read(Encoding.UTF8.GetBytes("{" + Required + "}"), errors, 1));
    }

    [Fact]
    public void Own_fields_are_as_long_as_events_allow()
    {
        var errors = new List<FieldError>();
        CloudEventJson.Read(Encoding.UTF8.GetBytes($"{{{Required},\"organizationid\":\"{new string('o', 256)}\",\"ext\":\"{new string('e', 5000)}\"}}"), errors);
        Assert.Equal(["ext", "organizationid"], errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    private static NewEvent? Read(string json)
    {
        var errors = new List<FieldError>();
        var item = CloudEventJson.Read(Encoding.UTF8.GetBytes(json), errors);
        Assert.Empty(errors);
        return item;
    }
}
