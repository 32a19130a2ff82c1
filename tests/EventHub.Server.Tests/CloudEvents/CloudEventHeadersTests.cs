using System.Text;
using EventHub.AspNetCore.CloudEvents;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.CloudEvents;

public sealed class CloudEventHeadersTests
{
    [Fact]
    public void Maps_headers()
    {
        var request = Request("application/json", ("ce-time", "2026-01-01T00:00:00Z"), ("Ce-Subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"), ("ce-organizationid", "o"), ("ce-myext", "\"quo\\\"ted\""));
        var errors = new List<FieldError>();
        var item = CloudEventHeaders.Read(request, " {\"a\":1.0} "u8.ToArray(), errors);
        Assert.Empty(errors);
        Assert.Equal("a.b|/s|Euro € 😀|o|{\"a\":1.0}", $"{item!.Type}|{item.Source}|{item.Subject}|{item.OrganizationId}|{Text(item)}");
        Assert.Equal("1|2026-01-01T00:00:00Z|application/json|json", $"{item.CloudEvent!.Id}|{item.CloudEvent.Time}|{item.CloudEvent.DataContentType}|{item.CloudEvent.DataKind}");
        Assert.Equal("quo\"ted", item.CloudEvent.Extensions["myext"].GetString());
    }

    [Theory]
    [InlineData(null, "", "none", "null")]
    [InlineData("application/json", "", "none", "null")]
    [InlineData(null, "{\"a\":1}", "json", "{\"a\":1}")]
    [InlineData(null, "not json", "text", "\"not json\"")]
    [InlineData("text/plain", "{\"a\":1}", "text", "\"{\\\"a\\\":1}\"")]
    [InlineData("application/xml; charset=utf-8", "<é/>", "text", "\"<é/>\"")]
    [InlineData("text/plain; charset=latin1", "abc", "base64", "\"YWJj\"")]
    [InlineData("application/octet-stream", "abc", "base64", "\"YWJj\"")]
    [InlineData("application/vnd.x+json", "[1.0]", "json", "[1.0]")]
    public void Data_is_any_content_type(string? contentType, string body, string kind, string payload)
    {
        var errors = new List<FieldError>();
        var item = CloudEventHeaders.Read(Request(contentType), Encoding.UTF8.GetBytes(body), errors);
        Assert.Empty(errors);
        Assert.Equal((kind, payload), (item!.CloudEvent!.DataKind, Text(item)));
    }

    [Fact]
    public void Text_that_is_not_utf8_goes_as_base64()
    {
        var item = CloudEventHeaders.Read(Request("text/plain"), new byte[] { 0xFF, 0xFE }, []);
        Assert.Equal(("base64", "\"//4=\""), (item!.CloudEvent!.DataKind, Text(item)));
    }

    [Theory]
    [InlineData("application/json", "{", null, null, "body")]
    [InlineData("application/json", "{} x", null, null, "body")]
    [InlineData("rubbish", "{}", null, null, "Content-Type")]
    [InlineData("application/json", "{}", "ce-time", "soon", "ce-time")]
    [InlineData("application/json", "{}", "ce-datacontenttype", "text/plain", "ce-datacontenttype")]
    [InlineData("application/json", "{}", "ce-data", "1", "ce-data")]
    [InlineData("application/json", "{}", "ce-my_ext", "1", "ce-my_ext")]
    [InlineData("application/json", "{}", "ce-ext", "%FF", "ce-ext")]
    [InlineData("application/json", "{}", "ce-specversion", "2.0", "ce-specversion")]
    [InlineData("application/json", "{}", "ce-type", "", "ce-type")]
    public void Says_what_is_wrong(string contentType, string body, string? header, string? value, string field)
    {
        var request = Request(contentType);
        if (header is not null)
        {
            request.Headers.Remove(header);
            request.Headers[header] = value;
        }

        var errors = new List<FieldError>();
        Assert.Null(CloudEventHeaders.Read(request, Encoding.UTF8.GetBytes(body), errors));
        Assert.Equal(field, Assert.Single(errors).Field);
    }

    [Fact]
    public void A_missing_attribute_is_named_by_its_header()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["ce-id"] = "1";
        var errors = new List<FieldError>();
        Assert.Null(CloudEventHeaders.Read(request, default, errors));
        Assert.Equal(["ce-specversion", "ce-source", "ce-type"], errors.Select(e => e.Field));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%2", "%zz%2")]
    [InlineData("%25%32%30", "%20")]
    [InlineData("\"a \\\\ b\"", "a \\ b")]
    [InlineData("é%C3%A9", "éé")]
    public void Values_are_decoded_once(string header, string expected)
    {
        Assert.True(CloudEventHeaderValue.TryDecode(header, out var value));
        Assert.Equal(expected, value);
    }

    private static string Text(NewEvent item) => Encoding.UTF8.GetString(item.Payload.Span);

    private static HttpRequest Request(string? contentType, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "a.b"), .. headers])
            request.Headers[name] = value;
        return request;
    }
}
