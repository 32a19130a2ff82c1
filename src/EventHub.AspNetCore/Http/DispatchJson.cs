using System.Text.Json;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Storage;

namespace EventHub.AspNetCore.Http;

/// <summary>The JSON form of dispatches and their attempts (CONTRACT section 6).</summary>
internal static class DispatchJson
{
    /// <summary>Writes a dispatch as an object.</summary>
    public static void Write(Utf8JsonWriter writer, DispatchInfo dispatch)
    {
        writer.WriteStartObject();
        WriteFields(writer, dispatch);
        writer.WriteEndObject();
    }

    /// <summary>Writes a dispatch with its attempts as an object.</summary>
    public static void Write(Utf8JsonWriter writer, DispatchDetails details)
    {
        writer.WriteStartObject();
        WriteFields(writer, details.Dispatch);
        WriteAttempts(writer, details.Attempts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the property <c>attempts</c>.</summary>
    public static void WriteAttempts(Utf8JsonWriter writer, IReadOnlyList<AttemptRecord> attempts)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (var attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, attempt.Number);
            writer.WriteString("started_at"u8, EventJson.Time(attempt.StartedAt));
            writer.WriteNumber("duration_ms"u8, Math.Round(attempt.Duration.TotalMilliseconds, 3));
            writer.WriteString("result"u8, attempt.Outcome);
            if (attempt.HttpStatus is { } status) writer.WriteNumber("http_status"u8, status);
            else writer.WriteNull("http_status"u8);
            writer.WriteString("response_body"u8, attempt.ResponseBody);
            writer.WriteString("error"u8, attempt.Error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The name of a status in JSON.</summary>
    public static string Name(DispatchStatus status) => status switch
    {
        DispatchStatus.Ongoing => "ongoing",
        DispatchStatus.Complete => "complete",
        DispatchStatus.Ignored => "ignored",
        DispatchStatus.Failed => "failed",
        DispatchStatus.Misconfigured => "misconfigured",
        DispatchStatus.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>Reads a status's name; <c>null</c> when there is none of that name.</summary>
    public static DispatchStatus? ParseStatus(string name)
    {
        foreach (var status in Enum.GetValues<DispatchStatus>())
        {
            if (Name(status) == name) return status;
        }

        return null;
    }

    /// <summary>Writes the properties of a dispatch into an object that is open.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="dispatch">The dispatch.</param>
    /// <param name="withSubscription">False: without the subscription's name, where <c>subscription</c> is something else.</param>
    public static void WriteFields(Utf8JsonWriter writer, DispatchInfo dispatch, bool withSubscription = true)
    {
        writer.WriteString("id"u8, dispatch.Id);
        writer.WriteString("event_id"u8, dispatch.EventId);
        writer.WriteNumber("sequence"u8, dispatch.Sequence);
        writer.WriteString("subscription_id"u8, dispatch.SubscriptionId);
        if (withSubscription) writer.WriteString("subscription"u8, dispatch.Subscription);
        writer.WriteString("status"u8, Name(dispatch.Status));
        if (dispatch.State is not null) writer.WriteString("state"u8, dispatch.State);
        writer.WriteNumber("attempt_count"u8, dispatch.AttemptCount);
        writer.WriteString("created_at"u8, EventJson.Time(dispatch.CreatedAt));
        writer.WriteString("next_attempt_at"u8, Time(dispatch.NextAttemptAt));
        writer.WriteString("resulted_at"u8, Time(dispatch.ResultedAt));
        writer.WriteString("last_error"u8, dispatch.LastError);
    }

    private static string? Time(DateTimeOffset? time) => time is { } value ? EventJson.Time(value) : null;
}
