using System.Buffers;
using System.Text.Json;
using EventHub.AspNetCore.Http.Json;
using EventHub.Events;
using EventHub.Journal;

namespace EventHub.AspNetCore.Http;

/// <summary>The JSON form of dead letters: the dispatch, and in place of the subscription's name what is needed to understand and repair it.</summary>
internal static class DeadLetterJson
{
    /// <summary>Writes a dead letter as an object.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="letter">The dead letter.</param>
    /// <param name="progress">Where its event stands.</param>
    public static void Write(Utf8JsonWriter writer, DeadLetter letter, EventProgress progress)
    {
        writer.WriteStartObject();
        DispatchJson.WriteFields(writer, letter.Dispatch, withSubscription: false);
        writer.WriteStartObject("subscription"u8);
        writer.WriteString("id"u8, letter.Subscription.Id);
        writer.WriteString("name"u8, letter.Subscription.Name);
        writer.WritePropertyName("destination"u8);
        SubscriptionJsonWriter.WriteDestination(writer, letter.Subscription.Destination);
        writer.WriteEndObject();
        writer.WriteString("reason"u8, letter.Reason);
        writer.WriteString("dead_at"u8, letter.Dispatch.ResultedAt is { } time ? EventJson.Time(time) : null);
        var json = new ArrayBufferWriter<byte>(letter.Event.Payload.Length + 1024);
        EventJson.Write(json, letter.Event, progress);
        writer.WritePropertyName("event"u8);
        writer.WriteRawValue(json.WrittenSpan, skipInputValidation: true);
        DispatchJson.WriteAttempts(writer, letter.Details.Attempts);
        writer.WriteEndObject();
    }
}
