using System.Buffers;
using System.Text;
using System.Text.Json;
using EventHub.Events;
using Xunit;

namespace EventHub.Tests.Events;

public class EventJsonTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_event_looks_as_the_contract_shows_it()
    {
        var source = new Event
        {
            Id = Guid.Parse("01990000-0000-7000-8000-000000000001"), Type = "user.created", Source = "auth-service", Payload = "{ }"u8.ToArray(),
            Metadata = "{}"u8.ToArray(), OrganizationId = "org-456", UserId = "user-123", InstanceId = "host-1", CreatedAt = s_time,
        }.At(42);

        Assert.Equal(
            """
            {"id":"01990000-0000-7000-8000-000000000001","sequence":42,"type":"user.created","version":"v1","source":"auth-service","subject":null,"payload":{ },"metadata":{},"organization_id":"org-456","user_id":"user-123","session_id":null,"instance_id":"host-1","schema":null,"entity":null,"operation":null,"status":"pending","retry_count":0,"error":null,"created_at":"2026-01-01T00:00:00.000Z","processed_at":null,"completed_at":null}
            """,
            Write(source, EventProgress.Pending));
    }

    [Fact]
    public void Progress_is_shown_in_the_derived_fields()
    {
        var progress = new EventProgress(EventStatus.Failed, 3, "HTTP 500 \"x\"", s_time.AddMilliseconds(1), s_time.AddSeconds(2));

        var json = JsonDocument.Parse(Write(Bare("1"), progress)).RootElement;

        Assert.Equal("failed", json.GetProperty("status").GetString());
        Assert.Equal(3, json.GetProperty("retry_count").GetInt32());
        Assert.Equal("HTTP 500 \"x\"", json.GetProperty("error").GetString());
        Assert.Equal("2026-01-01T00:00:00.001Z", json.GetProperty("processed_at").GetString());
        Assert.Equal("2026-01-01T00:00:02.000Z", json.GetProperty("completed_at").GetString());
    }

    [Theory]
    [InlineData(EventStatus.Pending, "pending")]
    [InlineData(EventStatus.Processing, "processing")]
    [InlineData(EventStatus.Completed, "completed")]
    [InlineData(EventStatus.Failed, "failed")]
    public void Every_status_has_its_name(EventStatus status, string name) => Assert.Equal(name, EventJson.Name(status));

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("1E400")]
    [InlineData("9007199254740993")]
    [InlineData("{\"b\":1,\"a\":2,\"a\":3}")]
    [InlineData("{ \"x\" :\t[ 1 , 2 ] }")]
    [InlineData("\"\ud83d\ude00 \\ud83d\\ude00 \\u0041 \\/ <&>'\"")]
    [InlineData("\"\\ud83d\"")]
    public void A_payload_is_written_byte_for_byte(string payload)
    {
        Assert.Contains($",\"payload\":{payload},\"metadata\":", Write(Bare(payload), EventProgress.Pending), StringComparison.Ordinal);
        Assert.Contains($",\"payload\":{payload},\"metadata\":", WriteForDestination(Bare(payload)), StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_is_written_byte_for_byte_and_as_an_empty_object_when_there_is_none()
    {
        var with = new Event { Id = Guid.Empty, Type = "t", Payload = "1"u8.ToArray(), Metadata = "{ \"z\":1.0,\"a\":2}"u8.ToArray(), CreatedAt = s_time };

        Assert.Contains(",\"metadata\":{ \"z\":1.0,\"a\":2},", Write(with, EventProgress.Pending), StringComparison.Ordinal);
        Assert.Contains(",\"metadata\":{},", Write(Bare("1"), EventProgress.Pending), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("quote \" backslash \\ newline \n nul \0 bell \a")]
    [InlineData("größe 作成 \ud83d\ude00 \u2028 \u202e")]
    [InlineData("</script><b>&amp;'")]
    public void Texts_survive_being_written_and_read(string text)
    {
        var source = new Event
        {
            Id = Guid.Empty, Type = "t", Version = text, Source = text, Subject = text, Payload = "1"u8.ToArray(), OrganizationId = text, UserId = text,
            SessionId = text, InstanceId = text, Schema = text, Entity = text, Operation = text, CreatedAt = s_time,
        };

        var json = JsonDocument.Parse(Write(source, EventProgress.Pending)).RootElement;

        string[] names = ["version", "source", "subject", "organization_id", "user_id", "session_id", "instance_id", "schema", "entity", "operation"];
        Assert.All(names, name => Assert.Equal(text, json.GetProperty(name).GetString()));
    }

    [Fact]
    public void Destinations_get_the_lasting_fields_and_the_time_under_both_names()
    {
        var json = JsonDocument.Parse(WriteForDestination(Bare("1").At(7))).RootElement;

        Assert.Equal(
            [
                "id", "sequence", "type", "version", "source", "subject", "payload", "metadata", "organization_id", "user_id", "session_id", "instance_id",
                "schema", "entity", "operation", "timestamp", "created_at",
            ],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("2026-01-01T00:00:00.000Z", json.GetProperty("timestamp").GetString());
        Assert.Equal("2026-01-01T00:00:00.000Z", json.GetProperty("created_at").GetString());
        Assert.Equal(7, json.GetProperty("sequence").GetInt64());
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z")]
    [InlineData("2026-01-01T01:02:03.004+02:00", "2025-12-31T23:02:03.004Z")]
    [InlineData("2026-01-01T00:00:00.9999Z", "2026-01-01T00:00:00.999Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public void Times_are_utc_with_milliseconds(string time, string expected)
    {
        var parsed = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Span<byte> bytes = stackalloc byte[24];

        EventJson.WriteTime(parsed, bytes);

        Assert.Equal(expected, EventJson.Time(parsed));
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void An_event_serialized_before_it_was_appended_shows_its_sequence_afterwards()
    {
        var source = Bare("1");
        Assert.Contains("\"sequence\":0,", Write(source, EventProgress.Pending), StringComparison.Ordinal);

        Assert.Contains("\"sequence\":9,", Write(source.At(9), EventProgress.Pending), StringComparison.Ordinal);
    }

    private static Event Bare(string payload) => new() { Id = Guid.Empty, Type = "t", Payload = Encoding.UTF8.GetBytes(payload), CreatedAt = s_time };

    private static string Write(Event source, EventProgress progress)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJson.Write(buffer, source, progress);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string WriteForDestination(Event source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJson.WriteForDestination(buffer, source);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
