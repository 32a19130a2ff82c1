using System.Buffers;
using System.Globalization;
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

    /// <summary>Answers the request with a problem. Nothing of the answer may have been sent.</summary>
    public static Task Write(HttpContext context, Problem problem, Action<Utf8JsonWriter>? more = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Serialize(buffer, problem, more);
        var response = context.Response;
        if (problem.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.WrittenCount;
        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>Answers the request with an error that names fields.</summary>
    /// <param name="context">The request; nothing of its answer may have been sent.</param>
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="title">What kind of problem; the same for each problem of its kind.</param>
    /// <param name="errors">The fields that are wrong; may be empty.</param>
    /// <param name="code">A word for programs, in capitals.</param>
    public static Task Write(HttpContext context, int status, string title, IReadOnlyList<FieldError> errors, string? code = null) =>
        Write(context, new Problem(status, title, errors, null, code));

    /// <summary>Answers the request with an error that is about no field.</summary>
    /// <param name="context">The request; nothing of its answer may have been sent.</param>
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="title">What kind of problem; also the string <c>error</c> when there is no detail.</param>
    /// <param name="detail">This problem: what, which value, what to do.</param>
    /// <param name="code">A word for programs, in capitals.</param>
    /// <param name="more">Writes further members, for programs.</param>
    public static Task Write(HttpContext context, int status, string title, string? detail = null, string? code = null, Action<Utf8JsonWriter>? more = null) =>
        Write(context, new Problem(status, title, [], detail, code), more);

    internal static void Serialize(IBufferWriter<byte> output, Problem problem, Action<Utf8JsonWriter>? more = null)
    {
        var detail = problem.Explanation;
        using var writer = new Utf8JsonWriter(output, s_options);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "about:blank"u8);
        writer.WriteString("title"u8, problem.Title);
        writer.WriteNumber("status"u8, problem.Status);
        if (detail is not null) writer.WriteString("detail"u8, detail);
        if (problem.Code is not null) writer.WriteString("code"u8, problem.Code);
        more?.Invoke(writer);
        writer.WriteString("error"u8, detail ?? problem.Title);
        if (problem.Errors.Count > 0) WriteErrors(writer, problem.Errors);
        writer.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter writer, IReadOnlyList<FieldError> errors)
    {
        writer.WriteStartObject("errors"u8);
        foreach (var field in errors.Take(JsonLimits.MaxErrors).GroupBy(Problem.Name, StringComparer.Ordinal))
        {
            writer.WriteStartArray(field.Key);
            foreach (var error in field) writer.WriteStringValue(error.Message);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
