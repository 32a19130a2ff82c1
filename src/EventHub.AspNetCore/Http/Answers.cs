using System.Text.Json;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Answers several endpoints give alike.</summary>
internal static class Answers
{
    /// <summary>400, naming fields.</summary>
    public static Task Invalid(HttpContext context, IReadOnlyList<FieldError> errors) =>
        ProblemJson.Write(context, Problem.Invalid(errors));

    /// <summary>404, for example <c>Webhook not found</c>.</summary>
    public static Task NotFound(HttpContext context, string noun) => ProblemJson.Write(context, Problem.NotFound(noun));

    /// <summary>200 <c>{"success":true}</c>.</summary>
    public static Task Success(HttpContext context) => JsonAnswer.Write(context, StatusCodes.Status200OK, 0, static (writer, _) => AnswerJson.WriteSuccess(writer));

    /// <summary>202 <c>{"dispatch_id":…}</c>.</summary>
    public static Task Requeued(HttpContext context, string dispatchId) => JsonAnswer.Write(context, StatusCodes.Status202Accepted, dispatchId, AnswerJson.WriteRequeued);

    /// <summary>200 <c>{"items":[…]}</c>.</summary>
    public static Task List<T>(HttpContext context, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.Write(context, StatusCodes.Status200OK, (name, items, write), static (writer, state) => AnswerJson.WriteList(writer, state.name, state.items, state.write));

    /// <summary>200 <c>{"items":[…],"next_cursor":…}</c>.</summary>
    public static Task Page<T>(HttpContext context, string name, IEnumerable<T> items, string? nextCursor, Action<Utf8JsonWriter, T> write) => JsonAnswer.Write(
        context, StatusCodes.Status200OK, (name, items, nextCursor, write), static (writer, state) => AnswerJson.WritePage(writer, state.name, state.items, state.nextCursor, state.write));
}
