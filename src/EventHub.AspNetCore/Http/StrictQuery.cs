using System.Globalization;
using EventHub.AspNetCore.Http.Json;
using EventHub.Events;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>
/// Reads a query string: unknown and repeated parameters and bad values become errors that name the parameter. An empty value counts
/// as not given.
/// </summary>
internal sealed class StrictQuery
{
    /// <summary>Longest value of a parameter, in characters.</summary>
    public const int MaxLength = 8192;

    private readonly IQueryCollection _query;

    /// <summary>Looks for parameters that are not known.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">The parameters there are.</param>
    public StrictQuery(HttpRequest request, params ReadOnlySpan<string> known)
        : this(request.Query, known)
    {
    }

    /// <summary>Looks for parameters that are not known.</summary>
    /// <param name="query">The parameters given.</param>
    /// <param name="known">The parameters there are.</param>
    public StrictQuery(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var name in _query.Keys)
        {
            if (!known.Contains(name)) Add(Printable(name), $"is not a known parameter; known are {string.Join(", ", known!)}");
        }
    }

    /// <summary>What is wrong so far.</summary>
    public List<FieldError> Errors { get; } = [];

    /// <summary>A text of at most <paramref name="maxLength"/> characters; <c>null</c> when not given.</summary>
    public string? Text(string name, int maxLength = 512)
    {
        var values = _query[name];
        if (values.Count > 1) Add(name, "appears more than once");
        var value = values.Count == 0 ? null : values[0];
        if (string.IsNullOrEmpty(value)) return null;
        if (value.Length <= maxLength) return value;
        Add(name, $"is {value.Length} characters long; at most {maxLength} are allowed");
        return null;
    }

    /// <summary>The values of a parameter that may be repeated, or hold several separated by commas.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="maxCount">At most this many.</param>
    public IReadOnlyList<string> List(string name, int maxCount)
    {
        var values = new List<string>();
        foreach (var value in _query[name])
        {
            if (value is null) continue;
            if (value.Length > MaxLength)
            {
                Add(name, $"is {value.Length} characters long; at most {MaxLength} are allowed");
                return [];
            }

            values.AddRange(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            if (values.Count <= maxCount) continue;
            Add(name, $"has more than {maxCount} values");
            return [];
        }

        return values;
    }

    /// <summary>A whole number; <paramref name="fallback"/> when not given.</summary>
    public long Integer(string name, long min, long max, long fallback)
    {
        if (Text(name) is not { } text) return fallback;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Add(name, $"is '{Printable(text)}'; must be a whole number from {min} to {max}");
        return fallback;
    }

    /// <summary>A time; <c>null</c> when not given.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        if (Rfc3339.TryParse(text, out var time)) return time;
        // A + that was not encoded arrives as a space: the one mistake everybody makes here.
        Add(name, $"is '{Printable(text)}'; must be an RFC 3339 time such as 2026-01-31T12:00:00Z (in a URL write + as %2B)");
        return null;
    }

    /// <summary>Whether <c>order</c> is <c>desc</c>.</summary>
    /// <param name="fallback">What holds when it is not given.</param>
    public bool Descending(bool fallback)
    {
        switch (Text("order"))
        {
            case null: return fallback;
            case "asc": return false;
            case "desc": return true;
            case var other:
                Add("order", $"is '{Printable(other)}'; must be asc or desc");
                return fallback;
        }
    }

    /// <summary>Adds an error.</summary>
    public void Add(string name, string message)
    {
        if (Errors.Count < JsonLimits.MaxErrors) Errors.Add(new FieldError(name, message));
    }

    /// <summary>A caller's text for use in a message: cut, and printable.</summary>
    public static string Printable(string text)
    {
        var cut = text.Length > JsonLimits.MaxQuoted ? text[..JsonLimits.MaxQuoted] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
    }
}
