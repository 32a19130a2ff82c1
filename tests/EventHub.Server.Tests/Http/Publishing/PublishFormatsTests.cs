using EventHub.AspNetCore.Http.Publishing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.Http.Publishing;

public sealed class PublishFormatsTests
{
    [Theory]
    [InlineData(null, "Json")]
    [InlineData("application/json", "Json")]
    [InlineData("Application/JSON; Charset=\"UTF-8\"", "Json")]
    [InlineData("application/json; charset=utf-16", "Unsupported")]
    [InlineData("application/cloudevents+json; charset=utf-8", "CloudEvent")]
    [InlineData("application/cloudevents-batch+json", "CloudEventBatch")]
    [InlineData("application/cloudevents+avro", "Unsupported")]
    [InlineData("application/x-ndjson", "Unsupported")]
    [InlineData("application/x-www-form-urlencoded", "Unsupported")]
    [InlineData("text/plain", "Unsupported")]
    [InlineData("rubbish", "Unsupported")]
    public void Events_by_content_type(string? contentType, string expected) => Assert.Equal(expected, PublishFormats.OfEvents(Request(contentType)).ToString());

    [Theory]
    [InlineData(null, "JsonBatch")]
    [InlineData("application/json", "JsonBatch")]
    [InlineData("application/x-ndjson", "NdJsonBatch")]
    [InlineData("application/x-ndjson; charset=utf-8", "NdJsonBatch")]
    [InlineData("application/x-ndjson; charset=latin1", "Unsupported")]
    [InlineData("application/cloudevents-batch+json", "CloudEventBatch")]
    [InlineData("application/cloudevents+json", "Unsupported")]
    [InlineData("text/csv", "Unsupported")]
    public void Batches_by_content_type(string? contentType, string expected) => Assert.Equal(expected, PublishFormats.OfBatch(Request(contentType)).ToString());

    [Theory]
    [InlineData("ce-specversion")]
    [InlineData("CE-ID")]
    [InlineData("ce-source")]
    [InlineData("ce-type")]
    public void Any_required_attribute_in_a_header_makes_a_binary_cloud_event(string header)
    {
        var request = Request("image/png");
        request.Headers[header] = "x";
        Assert.Equal(PublishFormat.CloudEventBinary, PublishFormats.OfEvents(request));
        request.ContentType = "application/cloudevents+json";
        Assert.Equal(PublishFormat.CloudEvent, PublishFormats.OfEvents(request));
    }

    private static HttpRequest Request(string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        return request;
    }
}
