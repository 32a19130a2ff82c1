using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.Consumers;

/// <summary>The rules of consumers.</summary>
internal static class ConsumerRules
{
    private const int MaxLength = 255;

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Validate(string name, IReadOnlyList<string> events, string start)
    {
        var errors = new List<FieldError>();
        if (name.Length is 0 or > MaxLength) errors.Add(new FieldError("name", $"is {name.Length} characters long; it must be 1 to {MaxLength}"));
        // It stands in URL paths, where a slash never arrives as sent.
        else if (name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '/')) errors.Add(new FieldError("name", "must not contain white space, control characters or /"));
        else if (HasLoneSurrogate(name)) errors.Add(new FieldError("name", "contains half of a surrogate pair"));
        SubscriptionValidator.CheckEvents(events, errors);
        SubscriptionValidator.CheckStart(start, errors);
        return errors;
    }

    /// <summary>What is wrong with a client's name; <c>null</c> when nothing is.</summary>
    public static string? ValidateInstance(string instance) =>
        instance.Length is 0 or > MaxLength || instance.Any(c => c is < '!' or > '~') ? $"must be 1 to {MaxLength} visible ASCII characters" : null;

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || ++i == text.Length || !char.IsLowSurrogate(text[i])) return true;
        }

        return false;
    }
}
