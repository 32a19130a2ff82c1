using System.Globalization;
using System.Text.Json;
using EventHub.AspNetCore.Http;
using EventHub.Events;
using Microsoft.Net.Http.Headers;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>The rules of CloudEvents 1.0 attributes. Each says what is wrong, or <c>null</c>.</summary>
internal static class CloudEventRules
{
    /// <summary>Extension attributes of one event, at most.</summary>
    public const int MaxExtensions = 64;

    /// <summary>Longest name of an extension, in characters. The specification advises 20.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Longest value of an attribute, in characters.</summary>
    public const int MaxValueLength = 4096;

    public static string? SpecVersion(string value) => value == "1.0" ? null : $"is '{StrictQuery.Printable(value)}'; must be 1.0";

    public static string? Required(string value) => value.Length == 0 ? "must not be empty" : null;

    public static string? Source(string value) =>
        value.Length == 0 ? "must not be empty"
        : Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _) ? null
        : $"is '{StrictQuery.Printable(value)}'; must be a URI reference";

    public static string? Time(string value) =>
        Rfc3339.TryParse(value, out _) ? null : $"is '{StrictQuery.Printable(value)}'; must be an RFC 3339 time such as 2026-01-31T12:00:00Z";

    public static string? DataContentType(string value) =>
        MediaTypeHeaderValue.TryParse(value, out _) ? null : $"is '{StrictQuery.Printable(value)}'; must be a media type such as application/json";

    public static string? DataSchema(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out _) ? null : $"is '{StrictQuery.Printable(value)}'; must be an absolute URI";

    public static string? ExtensionName(string name)
    {
        if (name.Length is 0 or > MaxNameLength) return $"is no attribute name: 1 to {MaxNameLength} characters are allowed";
        return name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) ? null : "is no attribute name: only a to z and 0 to 9 are allowed";
    }

    /// <summary>Extensions are strings, booleans or whole numbers of 32 bits (CloudEvents 1.0, "Type System").</summary>
    public static string? ExtensionValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => null,
        JsonValueKind.String => TooLong(value.GetString()!),
        JsonValueKind.Number when value.TryGetInt32(out _) => null,
        _ => string.Create(CultureInfo.InvariantCulture, $"must be a string, a boolean or a whole number from {int.MinValue} to {int.MaxValue}"),
    };

    public static string? TooLong(string value) =>
        value.Length > MaxValueLength ? $"is {value.Length} characters long; at most {MaxValueLength} are allowed" : null;
}
