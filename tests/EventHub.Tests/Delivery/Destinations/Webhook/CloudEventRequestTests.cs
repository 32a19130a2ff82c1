using System.Text;
using System.Text.Json;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class CloudEventRequestTests
{
    private const string Payload = """{ "b":1.0,"a":[9007199254740993,"😀"] }""";

    [Fact]
    public async Task Structured_mode_carries_the_hubs_attributes_and_the_payload_as_it_came()
    {
        var request = await CaptureAsync(WebhookFormat.CloudEvents, Webhooks.Event(Payload));
        Assert.Equal("application/cloudevents+json", request.Headers["content-type"]);
        Assert.Equal(
            """{"specversion":"1.0","id":"0199b3a0-0000-7000-8000-00000000002a","source":"auth-service","type":"user.created","subject":"user-123","time":"2026-01-02T03:04:05.678Z","""
            + """ "sequence":"00000000000000000042","organizationid":"org-456","userid":"user-123","eventversion":"v1","datacontenttype":"application/json","data":"""[1..]
            + Payload + "}",
            request.Text);
    }

    [Fact]
    public async Task Binary_mode_carries_the_attributes_in_headers()
    {
        var request = await CaptureAsync(WebhookFormat.CloudEventsBinary, Webhooks.Event(Payload));
        Assert.Equal(Payload, request.Text);
        Assert.Equal("application/json", request.Headers["content-type"]);
        Assert.Equal("1.0", request.Headers["ce-specversion"]);
        Assert.Equal(Webhooks.EventId.ToString(), request.Headers["ce-id"]);
        Assert.Equal("auth-service", request.Headers["ce-source"]);
        Assert.Equal("user.created", request.Headers["ce-type"]);
        Assert.Equal("user-123", request.Headers["ce-subject"]);
        Assert.Equal("2026-01-02T03:04:05.678Z", request.Headers["ce-time"]);
        Assert.Equal("00000000000000000042", request.Headers["ce-sequence"]);
        Assert.Equal("org-456", request.Headers["ce-organizationid"]);
        Assert.Equal("user-123", request.Headers["ce-userid"]);
        Assert.False(request.Headers.ContainsKey("ce-datacontenttype"));
    }

    [Fact]
    public async Task What_came_as_a_cloud_event_goes_out_as_it_came()
    {
        var arrived = Arrived("json", "application/vnd.acme+json", """{"amount":12.50,"paid":true,"note":"Grüße \"100%\"","sequence":"7"}""");
        var source = From(arrived, Payload);

        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, source)).Body);
        var root = structured.RootElement;
        Assert.Equal("A-1", root.GetProperty("id").GetString());
        Assert.Equal("https://acme.example/orders?x=1#y", root.GetProperty("source").GetString());
        Assert.Equal("2018-04-05T17:31:00+02:00", root.GetProperty("time").GetString());
        Assert.Equal("application/vnd.acme+json", root.GetProperty("datacontenttype").GetString());
        Assert.Equal("https://acme.example/schema", root.GetProperty("dataschema").GetString());
        Assert.Equal("12.50", root.GetProperty("amount").GetRawText());
        Assert.True(root.GetProperty("paid").GetBoolean());
        Assert.Equal("Grüße \"100%\"", root.GetProperty("note").GetString());
        Assert.Equal("7", root.GetProperty("sequence").GetString());
        Assert.Equal(root.EnumerateObject().Count(), root.EnumerateObject().Select(property => property.Name).Distinct().Count());
        Assert.Equal(Payload, root.GetProperty("data").GetRawText());

        var binary = await CaptureAsync(WebhookFormat.CloudEventsBinary, source);
        Assert.Equal("A-1", binary.Headers["ce-id"]);
        Assert.Equal("https://acme.example/orders?x=1#y", binary.Headers["ce-source"]);
        Assert.Equal("2018-04-05T17:31:00+02:00", binary.Headers["ce-time"]);
        Assert.Equal("application/vnd.acme+json", binary.Headers["content-type"]);
        Assert.Equal("https://acme.example/schema", binary.Headers["ce-dataschema"]);
        Assert.Equal("12.50", binary.Headers["ce-amount"]);
        Assert.Equal("true", binary.Headers["ce-paid"]);
        Assert.Equal("Gr%C3%BC%C3%9Fe%20%22100%25%22", binary.Headers["ce-note"]);
        Assert.Equal("7", binary.Headers["ce-sequence"]);
        Assert.Equal(Payload, binary.Text);
    }

    [Fact]
    public async Task What_came_without_a_time_goes_out_without_one()
    {
        var source = From(new CloudEventAttributes { Id = "A-1" }, "1");
        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, source)).Body);
        Assert.False(structured.RootElement.TryGetProperty("time", out _));
        Assert.False(structured.RootElement.TryGetProperty("datacontenttype", out _));
        Assert.Equal("application/json", (await CaptureAsync(WebhookFormat.CloudEventsBinary, source)).Headers["content-type"]);
    }

    [Fact]
    public async Task Text_goes_out_as_text()
    {
        var source = From(Arrived("text", "text/xml"), "\"<a>\\u00e9\\n</a>\"");
        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, source)).Body);
        Assert.Equal("<a>é\n</a>", structured.RootElement.GetProperty("data").GetString());
        var binary = await CaptureAsync(WebhookFormat.CloudEventsBinary, source);
        Assert.Equal("<a>é\n</a>", binary.Text);
        Assert.Equal("text/xml", binary.Headers["content-type"]);
    }

    [Fact]
    public async Task Bytes_go_out_as_bytes()
    {
        byte[] bytes = [0, 1, 2, 0xFF, 0xFE];
        var source = From(Arrived("base64", "image/png"), $"\"{Convert.ToBase64String(bytes)}\"");
        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, source)).Body);
        Assert.Equal(bytes, structured.RootElement.GetProperty("data_base64").GetBytesFromBase64());
        Assert.False(structured.RootElement.TryGetProperty("data", out _));
        var binary = await CaptureAsync(WebhookFormat.CloudEventsBinary, source);
        Assert.Equal(bytes, binary.Body);
        Assert.Equal("image/png", binary.Headers["content-type"]);
    }

    [Fact]
    public async Task No_data_stays_no_data()
    {
        var source = From(new CloudEventAttributes { Id = "A-1", DataKind = "none" }, "null");
        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, source)).Body);
        Assert.False(structured.RootElement.TryGetProperty("data", out _));
        var binary = await CaptureAsync(WebhookFormat.CloudEventsBinary, source);
        Assert.Empty(binary.Body);
        Assert.Equal("0", binary.Headers["content-length"]);
        Assert.False(binary.Headers.ContainsKey("content-type"));
    }

    [Theory]
    [InlineData("api", "api")]
    [InlineData("github/octo-org/octo-repo", "github/octo-org/octo-repo")]
    [InlineData("urn:acme:orders", "urn:acme:orders")]
    [InlineData("https://a.example/b?c=d#e", "https://a.example/b?c=d#e")]
    [InlineData("my service", "my%20service")]
    [InlineData("100%", "100%25")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("1:2", "1%3A2")]
    [InlineData("", "eventhub")]
    public async Task The_source_is_a_uri_reference(string source, string expected)
    {
        var made = new Event { Id = Webhooks.EventId, Type = "t", Source = source, Payload = "1"u8.ToArray(), CreatedAt = Webhooks.CreatedAt };
        using var structured = JsonDocument.Parse((await CaptureAsync(WebhookFormat.CloudEvents, made)).Body);
        Assert.Equal(expected, structured.RootElement.GetProperty("source").GetString());
    }

    private static CloudEventAttributes Arrived(string dataKind, string contentType, string extensions = "{}") => new()
    {
        Id = "A-1", Time = "2018-04-05T17:31:00+02:00", DataContentType = contentType, DataSchema = "https://acme.example/schema", DataKind = dataKind,
        Extensions = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(extensions)!,
    };

    private static Event From(CloudEventAttributes arrived, string payload) => new Event
    {
        Id = Webhooks.EventId, Type = "order.paid", Source = "https://acme.example/orders?x=1#y", Payload = Encoding.UTF8.GetBytes(payload),
        CreatedAt = Webhooks.CreatedAt, CloudEvent = arrived.ToJson(),
    }.At(42);

    private static async Task<ReceivedRequest> CaptureAsync(WebhookFormat format, Event source)
    {
        await using var receiver = await Receiver.StartAsync();
        var outcome = await Webhooks.SendAsync(Webhooks.Request(Webhooks.To(receiver.Url, format), source));
        Assert.Equal(200, outcome.HttpStatus);
        return receiver.Single;
    }
}
