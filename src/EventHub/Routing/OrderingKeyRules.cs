using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace EventHub.Routing;

/// <summary>The rule of <see cref="DeliverySettings.OrderingKey"/>.</summary>
internal static class OrderingKeyRules
{
    private const int MaxLength = 512;
    private static readonly string[] s_fields = ["organization_id", "user_id", "source", "subject", "type"];

    /// <summary>What is wrong with a key; <c>null</c> when nothing is.</summary>
    public static string? Validate(string key)
    {
        if (s_fields.Contains(key, StringComparer.Ordinal)) return null;
        if (key.Length > MaxLength) return $"is {key.Length} characters long; at most {MaxLength} are allowed";
        if (!key.StartsWith('$')) return $"must be one of {string.Join(", ", s_fields)} or a JSON path that begins with $, not '{key}'";
        // A regular expression would only be parsed, and could run for ever, when an event is delivered.
        if (key.Contains("=~", StringComparison.Ordinal)) return $"'{key}' holds a regular expression (=~), which an ordering key cannot have";
        try
        {
            // The path is parsed whole before it is looked up, so that an empty object tells.
            new JObject().SelectToken(key, errorWhenNoMatch: false);
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            return $"'{key}' is not a JSON path: {e.Message}";
        }
    }
}
