using System.Globalization;
using System.Net;
using System.Text.Json;
using EventHub.Client.Consumers;

namespace EventHub.Client.Http;

/// <summary>Reads why the hub refused a request: <c>application/problem+json</c>, or whatever a proxy before it answered.</summary>
internal static class Problem
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads it.</summary>
    public static async Task<EventHubException> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        JsonElement json = default;
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (body.Length <= MaxBytes && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true) json = Parse(body);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // The status says what can be said.
        }

        var status = response.StatusCode;
        var what = Text(json, "detail") ?? Text(json, "error") ?? Text(json, "title") ?? response.ReasonPhrase;
        var message = $"{request.Method} {request.RequestUri!.AbsolutePath}: {(int)status} {what}";
        var errors = Errors(json);
        var retryAfter = RetryAfter(response, time);
        return Text(json, "held_by") is { } holder
            ? new ConsumerHeldException(message) { Status = status, Code = Text(json, "code"), HeldBy = holder, HeldUntil = Time(json, "held_until"), RetryAfter = retryAfter }
            : new EventHubException(message) { Status = status, Code = Text(json, "code"), Errors = errors, RetryAfter = retryAfter };
    }

    /// <summary>Whether trying again later may help.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static JsonElement Parse(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonElement.ParseValue(ref reader);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Errors(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("errors", out var fields) || fields.ValueKind != JsonValueKind.Object)
            return EventHubException.NoErrors;
        var errors = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var field in fields.EnumerateObject())
            errors[field.Name] = field.Value.ValueKind == JsonValueKind.Array ? [.. field.Value.EnumerateArray().Select(static e => e.ToString())] : [field.Value.ToString()];
        return errors;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is var left => left > TimeSpan.Zero ? left : TimeSpan.Zero,
        _ => null,
    };
}
