using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>
/// The body of every error: <c>application/problem+json</c> (RFC 9457) with <c>errors</c> per field, a <c>code</c> for programs where a status is
/// not enough, and for older clients a string <c>error</c>.
/// </summary>
internal static class ProblemJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers the request with an error that names fields.</summary>
    /// <param name="context">The request; nothing of its answer may have been sent.</param>
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="title">What kind of problem; the same for each problem of its kind.</param>
    /// <param name="errors">The fields that are wrong; may be empty.</param>
    /// <param name="code">A word for programs, in capitals.</param>
    public static Task Write(HttpContext context, int status, string title, IReadOnlyList<FieldError> errors, string? code = null) =>
        WriteAsync(context, status, title, null, errors, code);

    /// <summary>Answers the request with an error that is about no field.</summary>
    /// <param name="context">The request; nothing of its answer may have been sent.</param>
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="title">What kind of problem; also the string <c>error</c> when there is no detail.</param>
    /// <param name="detail">This problem: what, which value, what to do.</param>
    /// <param name="code">A word for programs, in capitals.</param>
    /// <param name="more">Writes further members, for programs.</param>
    public static Task Write(HttpContext context, int status, string title, string? detail = null, string? code = null, Action<Utf8JsonWriter>? more = null) =>
        WriteAsync(context, status, title, detail, [], code, more);

    private static Task WriteAsync(
        HttpContext context, int status, string title, string? detail, IReadOnlyList<FieldError> errors, string? code, Action<Utf8JsonWriter>? more = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Serialize(buffer, status, title, detail, errors, code, more);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.WrittenCount;
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    internal static void Serialize(
        IBufferWriter<byte> output, int status, string title, string? detail, IReadOnlyList<FieldError> errors, string? code, Action<Utf8JsonWriter>? more = null)
    {
        detail ??= Summarize(errors);
        using var writer = new Utf8JsonWriter(output, s_options);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "about:blank"u8);
        writer.WriteString("title"u8, title);
        writer.WriteNumber("status"u8, status);
        if (detail is not null) writer.WriteString("detail"u8, detail);
        if (code is not null) writer.WriteString("code"u8, code);
        more?.Invoke(writer);
        writer.WriteString("error"u8, detail ?? title);
        if (errors.Count > 0) WriteErrors(writer, errors);
        writer.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter writer, IReadOnlyList<FieldError> errors)
    {
        writer.WriteStartObject("errors"u8);
        foreach (var field in errors.Take(JsonLimits.MaxErrors).GroupBy(Name, StringComparer.Ordinal))
        {
            writer.WriteStartArray(field.Key);
            foreach (var error in field) writer.WriteStringValue(error.Message);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static string? Summarize(IReadOnlyList<FieldError> errors)
    {
        const int Shown = 3;
        if (errors.Count == 0) return null;
        var summary = string.Join("; ", errors.Take(Shown).Select(e => $"{Name(e)} {e.Message}"));
        return errors.Count > Shown ? $"{summary}; and {errors.Count - Shown} more" : summary;
    }

    private static string Name(FieldError error) => error.Index is { } index ? $"[{index}].{error.Field}" : error.Field;
}
