namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>What an answer means: the table of CONTRACT section 5.</summary>
internal static class WebhookAnswer
{
    /// <summary>Reads an answer. Throws on cancellation only.</summary>
    public static async ValueTask<AttemptOutcome> ReadAsync(HttpResponseMessage answer, Uri target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        string? body = null;
        try
        {
            // After 101 what follows is no HTTP any more.
            if (status >= 200) body = await AnswerBody.ReadAsync(answer.Content, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A success cut short may be none: the server failed while it answered. A refusal stands as soon as it is said.
            if (status is >= 200 and <= 299) return new AttemptOutcome(AttemptKind.NetworkError, status, Error: NetworkErrorText.Of(exception, target));
        }

        return Classify(answer, status, body, now);
    }

    private static AttemptOutcome Classify(HttpResponseMessage answer, int status, string? body, DateTimeOffset now) => status switch
    {
        >= 200 and <= 299 => new AttemptOutcome(IsIgnored(answer) ? AttemptKind.Ignored : AttemptKind.Complete, status, body),
        408 or 429 or (>= 500 and <= 599) => new AttemptOutcome(AttemptKind.Failed, status, body, $"HTTP {status}", RetryAfter.Read(answer, now)),
        410 => new AttemptOutcome(AttemptKind.Gone, status, body, "HTTP 410: the webhook is gone"),
        >= 300 and <= 399 => new AttemptOutcome(AttemptKind.Rejected, status, body, $"HTTP {status}: redirects are not followed{Location(answer)}"),
        >= 400 and <= 499 => new AttemptOutcome(AttemptKind.Rejected, status, body, $"HTTP {status}"),
        _ => new AttemptOutcome(AttemptKind.Failed, status, body, $"HTTP {status} is no answer to a POST"),
    };

    private static bool IsIgnored(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("X-EventHub-Result", out var values)
        && values.Any(value => string.Equals(value.Trim(), "ignored", StringComparison.OrdinalIgnoreCase));

    private static string Location(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("Location", out var values) && values.FirstOrDefault() is { Length: > 0 } location
            ? $" (to {HeaderText.Encode(location.Length <= 200 ? location : location[..200] + "…")}); set the webhook's URL to where it leads"
            : "";
}
