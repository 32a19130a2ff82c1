using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Answers with JSON that is written by hand: no model, no reflection.</summary>
internal static class JsonAnswer
{
    /// <summary>How all of the API writes JSON: text as it is, escaped only where JSON demands it.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The content type of every answer that is not an error.</summary>
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Answers with an object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="state">What <paramref name="write"/> needs, so that it can be static.</param>
    /// <param name="write">Writes the whole value.</param>
    public static Task Write<T>(HttpContext context, int status, T state, Action<Utf8JsonWriter, T> write)
    {
        var scratch = JsonScratch.Take();
        write(scratch.Writer, state);
        scratch.Writer.Flush();
        var answered = WriteBytes(context, status, scratch.Buffer.WrittenSpan);
        scratch.Return();
        return answered;
    }

    /// <summary>Answers with JSON that is already there.</summary>
    public static Task WriteBytes(HttpContext context, int status, ReadOnlySpan<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        response.BodyWriter.Write(json);
        return Flush(response.BodyWriter, context.RequestAborted);
    }

    private static Task Flush(PipeWriter writer, CancellationToken cancellationToken)
    {
        var flush = writer.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
