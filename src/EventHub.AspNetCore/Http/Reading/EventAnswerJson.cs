using System.Buffers;
using System.Text;
using System.Text.Json;
using EventHub.Events;
using EventHub.Journal;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>The JSON form of what was read (CONTRACT section 4).</summary>
internal static class EventAnswerJson
{
    /// <summary>Writes an event with its dispatches as an object.</summary>
    public static void WriteDetails(IBufferWriter<byte> output, Event source, EventDispatches dispatches)
    {
        output.Write("{\"event\":"u8);
        EventJson.Write(output, source, dispatches.Progress);
        output.Write(",\"dispatches\":"u8);
        using (var writer = new Utf8JsonWriter(output, JsonAnswer.Options))
        {
            writer.WriteStartArray();
            foreach (var dispatch in dispatches.Dispatches) DispatchJson.Write(writer, dispatch);
            writer.WriteEndArray();
        }

        output.Write(",\"skipped\":"u8);
        using (var writer = new Utf8JsonWriter(output, JsonAnswer.Options)) WriteSkipped(writer, dispatches.Skipped);
        output.Write("}"u8);
    }

    /// <summary>Writes the beginning of a page.</summary>
    public static void BeginPage(IBufferWriter<byte> output) => output.Write("{\"events\":["u8);

    /// <summary>Writes one of a page's events.</summary>
    public static void WriteItem(IBufferWriter<byte> output, EventListPage page, int index)
    {
        if (index > 0) output.Write(","u8);
        EventJson.Write(output, page.Events[index], page.Progress[index]);
    }

    /// <summary>Writes the end of a page. The cursor's alphabet needs no escaping.</summary>
    public static void EndPage(IBufferWriter<byte> output, EventListPage page) =>
        output.Write(Encoding.ASCII.GetBytes($"],\"count\":{page.Events.Count},\"next_cursor\":{(page.NextCursor is null ? "null" : $"\"{page.NextCursor}\"")}}}"));

    private static void WriteSkipped(Utf8JsonWriter writer, IReadOnlyList<SkippedSubscription> skipped)
    {
        writer.WriteStartArray();
        foreach (var subscription in skipped)
        {
            writer.WriteStartObject();
            writer.WriteString("subscription_id"u8, subscription.SubscriptionId);
            writer.WriteString("subscription"u8, subscription.Subscription);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
