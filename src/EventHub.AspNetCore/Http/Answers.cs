using System.Text.Json;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Answers several endpoints give alike.</summary>
internal static class Answers
{
    /// <summary>400, naming fields.</summary>
    public static Task Invalid(HttpContext context, IReadOnlyList<FieldError> errors) =>
        ProblemJson.Write(context, StatusCodes.Status400BadRequest, "Invalid request", errors);

    /// <summary>404, for example <c>Webhook not found</c>.</summary>
    public static Task NotFound(HttpContext context, string noun) => ProblemJson.Write(context, StatusCodes.Status404NotFound, $"{noun} not found");

    /// <summary>200 <c>{"success":true}</c>.</summary>
    public static Task Success(HttpContext context) => JsonAnswer.Write(context, StatusCodes.Status200OK, 0, static (writer, _) =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success"u8, true);
        writer.WriteEndObject();
    });

    /// <summary>202 <c>{"dispatch_id":…}</c>.</summary>
    public static Task Requeued(HttpContext context, string dispatchId) => JsonAnswer.Write(context, StatusCodes.Status202Accepted, dispatchId, static (writer, id) =>
    {
        writer.WriteStartObject();
        writer.WriteString("dispatch_id"u8, id);
        writer.WriteEndObject();
    });

    /// <summary>200 <c>{"items":[…]}</c>.</summary>
    public static Task List<T>(HttpContext context, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.Write(context, StatusCodes.Status200OK, (name, items, write), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray(state.name);
            foreach (var item in state.items) state.write(writer, item);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    /// <summary>200 <c>{"items":[…],"next_cursor":…}</c>.</summary>
    public static Task Page<T>(HttpContext context, string name, IEnumerable<T> items, string? nextCursor, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.Write(context, StatusCodes.Status200OK, (name, items, nextCursor, write), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray(state.name);
            foreach (var item in state.items) state.write(writer, item);
            writer.WriteEndArray();
            writer.WriteString("next_cursor"u8, state.nextCursor);
            writer.WriteEndObject();
        });
}
