using System.Text.Json;
using EventHub.Events;
using Xunit;

namespace EventHub.Tests.Events;

public class CloudEventAttributesTests
{
    [Fact]
    public void Every_attribute_comes_back()
    {
        var sent = new CloudEventAttributes
        {
            Id = "ü-1", Time = "2026-01-01T00:00:00.123456789Z", DataContentType = "text/plain", DataSchema = "https://example.org/s", DataKind = "text",
            Extensions = new Dictionary<string, JsonElement>
            {
                ["text"] = JsonElement.Parse("\"a\""), ["number"] = JsonElement.Parse("1"), ["flag"] = JsonElement.Parse("true"),
            },
        };

        var read = CloudEventAttributes.FromJson(sent.ToJson())!;

        Assert.Equal(sent with { Extensions = read.Extensions }, read);
        Assert.Equal(["flag=true", "number=1", "text=\"a\""], read.Extensions.Select(pair => $"{pair.Key}={pair.Value.GetRawText()}").Order());
    }

    [Fact]
    public void What_was_not_set_comes_back_unset()
    {
        var read = CloudEventAttributes.FromJson(new CloudEventAttributes { Id = "1" }.ToJson())!;

        Assert.Equal(("1", null, null, null, "json"), (read.Id, read.Time, read.DataContentType, read.DataSchema, read.DataKind));
        Assert.Empty(read.Extensions);
    }

    [Fact]
    public void What_an_older_process_did_not_write_has_its_default()
    {
        var read = CloudEventAttributes.FromJson("{\"id\":\"1\"}"u8.ToArray())!;

        Assert.Equal("json", read.DataKind);
        Assert.Empty(read.Extensions);
    }

    [Fact]
    public void No_bytes_are_no_attributes() => Assert.Null(CloudEventAttributes.FromJson(default));
}
