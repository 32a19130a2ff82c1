using System.Globalization;
using System.Text;

namespace EventHub.Client.Http;

/// <summary>Builds a path with a query.</summary>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    /// <summary>Adds a parameter; <c>null</c> is left out.</summary>
    public QueryText Add(string name, string? value)
    {
        if (value is null) return this;
        _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    /// <summary>Adds a parameter for each value.</summary>
    public QueryText AddAll(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? []) Add(name, value);
        return this;
    }

    /// <summary>Adds a time; <c>null</c> is left out.</summary>
    public QueryText Add(string name, DateTimeOffset? time) => Add(name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds a number; <c>null</c> is left out.</summary>
    public QueryText Add(string name, long? number) => Add(name, number?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
