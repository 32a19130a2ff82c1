using System.Buffers;
using System.Collections.Frozen;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// The rule of headers a webhook adds to its requests: names are HTTP tokens that neither the hub nor HTTP itself writes, values printable ASCII, at most
/// 32 headers and 8 KiB together.
/// </summary>
public static class WebhookHeaderRules
{
    /// <summary>Most headers.</summary>
    public const int MaxCount = 32;

    /// <summary>Most bytes of all names and values, with the four that each line takes beside them.</summary>
    public const int MaxTotalBytes = 8 * 1024;

    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly FrozenSet<string> s_ours = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Content-Type", "User-Agent", "X-Message-Id", "X-Event-Id", "X-Event-Type", "X-Event-Version", "X-Delivery-Attempt", "traceparent", "tracestate",
        "X-Signature", "webhook-id", "webhook-timestamp", "webhook-signature");

    private static readonly FrozenSet<string> s_transport = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "HTTP2-Settings");

    /// <summary>Says what is wrong with a webhook's headers; <c>null</c> when nothing is.</summary>
    public static string? Validate(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (headers.Count > MaxCount) return $"has {headers.Count} headers; at most {MaxCount} are allowed";
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var total = 0;
        foreach (var (name, value) in headers)
        {
            if ((ValidateName(name) ?? ValidateValue(name, value)) is { } error) return error;
            if (!names.Add(name)) return $"has the header '{name}' twice; names do not differ by case";
            total += name.Length + value.Length + 4;
        }

        return total <= MaxTotalBytes ? null : $"has {total} bytes of headers; at most {MaxTotalBytes} are allowed";
    }

    /// <summary>Says what is wrong with a header's name; <c>null</c> when nothing is.</summary>
    public static string? ValidateName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0) return "has a header without a name";
        if (name.AsSpan().ContainsAnyExcept(s_token)) return $"'{Printable(name)}' is not a header name; letters, digits and !#$%&'*+-.^_`|~ are allowed";
        if (s_ours.Contains(name) || name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase)) return $"'{name}' is set by the hub itself";
        return s_transport.Contains(name) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
            ? $"'{name}' belongs to the HTTP connection and cannot be set"
            : null;
    }

    /// <summary>Says what is wrong with a header's value, without showing it (it may be a credential); <c>null</c> when nothing is.</summary>
    public static string? ValidateValue(string name, string value)
    {
        if (value is null) return $"the header '{name}' has no value";
        var at = value.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        return at < 0 ? null : $"the value of the header '{name}' contains U+{(int)value[at]:X4} at {at}; only printable ASCII is allowed";
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
}
