using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.Routing;

/// <summary>The rules of subscriptions.</summary>
public static class SubscriptionValidator
{
    /// <summary>Most patterns in <see cref="Subscription.Events"/>.</summary>
    public const int MaxPatterns = 100;

    private const int MaxNameLength = 255;
    private const int MaxSourceLength = 512;

    /// <summary>Everything that is wrong, with JSON field paths (<c>delivery.retry.schedule_seconds[1]</c>); empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Validate(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var errors = new List<FieldError>();
        // An empty id is given by the hub.
        if (subscription.Id.Length > 0) CheckId(subscription.Id, errors);
        CheckText("name", subscription.Name, MaxNameLength, errors);
        CheckEvents(subscription.Events, errors);
        if (subscription.Source is { } source) CheckText("source", source, MaxSourceLength, errors);
        CheckDestination(subscription.Destination, errors);
        DeliveryRules.Check(subscription.Delivery, errors);
        CheckStart(subscription.Start, errors);
        if (subscription.CreatedBy is { } createdBy) CheckText("created_by", createdBy, MaxNameLength, errors);
        return errors;
    }

    /// <summary>What is wrong with the name of an RPC destination; <c>null</c> when nothing is.</summary>
    public static FieldError? ValidateRpcName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var errors = new List<FieldError>();
        CheckText("destination", name, MaxNameLength, errors);
        return errors.FirstOrDefault();
    }

    private static void CheckId(string id, List<FieldError> errors)
    {
        if (id.Length > MaxNameLength) errors.Add(new FieldError("id", $"is {id.Length} characters long; at most {MaxNameLength} are allowed"));
        // It stands in URL paths, where a slash never arrives as sent.
        else if (id.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '/')) errors.Add(new FieldError("id", "must not contain white space, control characters or /"));
    }

    /// <summary>The rules of patterns.</summary>
    internal static void CheckEvents(IReadOnlyList<string> patterns, List<FieldError> errors)
    {
        if (patterns.Count == 0) errors.Add(new FieldError("events", "must name at least one pattern, such as user.created, user.* or *"));
        if (patterns.Count > MaxPatterns)
        {
            errors.Add(new FieldError("events", $"has {patterns.Count} patterns; at most {MaxPatterns} are allowed"));
            return;
        }

        for (var i = 0; i < patterns.Count; i++)
            if (!TypePattern.TryParse(patterns[i], out _, out var error)) errors.Add(new FieldError($"events[{i}]", error));
    }

    /// <summary>The rules of where to begin.</summary>
    internal static void CheckStart(string start, List<FieldError> errors)
    {
        if (!SubscriptionStart.TryParse(start, out _))
            errors.Add(new FieldError("start", $"must be now, beginning, a sequence or a time such as 2026-01-31T12:00:00Z, not '{Cut(start)}'"));
    }

    private static void CheckDestination(Destination destination, List<FieldError> errors)
    {
        switch (destination)
        {
            case WebhookDestination webhook:
                if (WebhookUrlRules.Validate(webhook.Url) is { } error) errors.Add(new FieldError("destination.url", error));
                CheckHeaders(webhook.Headers, errors);
                if (!Enum.IsDefined(webhook.Format)) errors.Add(new FieldError("destination.format", $"{(int)webhook.Format} is not a format"));
                break;
            case HandlerDestination handler:
                CheckText("destination.name", handler.Name, MaxNameLength, errors);
                break;
            case RpcDestination rpc:
                CheckText("destination.name", rpc.Name, MaxNameLength, errors);
                break;
        }
    }

    private static void CheckHeaders(IReadOnlyDictionary<string, string> headers, List<FieldError> errors)
    {
        const string Field = "destination.headers";
        var before = errors.Count;
        foreach (var (name, value) in headers)
        {
            if ((WebhookHeaderRules.ValidateName(name) ?? WebhookHeaderRules.ValidateValue(name, value)) is { } error)
                errors.Add(new FieldError($"{Field}.{Cut(name)}", error));
        }

        if (errors.Count == before && WebhookHeaderRules.Validate(headers) is { } problem) errors.Add(new FieldError(Field, problem));
    }

    private static void CheckText(string field, string text, int maxLength, List<FieldError> errors)
    {
        if (text.Length == 0) errors.Add(new FieldError(field, "must not be empty"));
        else if (text.Length > maxLength) errors.Add(new FieldError(field, $"is {text.Length} characters long; at most {maxLength} are allowed"));
        else if (text.Any(char.IsControl)) errors.Add(new FieldError(field, "must not contain control characters"));
    }

    private static string Cut(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
}
