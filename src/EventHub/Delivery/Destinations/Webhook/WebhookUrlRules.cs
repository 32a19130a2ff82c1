namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// The rule of webhook URLs: absolute, http or https, at most 2048 characters, no user info, no fragment. Where it leads is judged at each dial
/// (<see cref="AddressGuard"/>).
/// </summary>
public static class WebhookUrlRules
{
    /// <summary>Longest URL, in UTF-16 code units.</summary>
    public const int MaxLength = 2048;

    /// <summary>Says what is wrong with a URL; <c>null</c> when nothing is.</summary>
    public static string? Validate(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length == 0) return "must not be empty; a webhook's URL looks like https://example.com/hooks";
        if (url.Length > MaxLength) return $"is {url.Length} characters long; at most {MaxLength} are allowed";
        foreach (var c in url)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c)) return $"contains white space or a control character (U+{(int)c:X4}); percent-encode it";
            if (char.IsSurrogate(c)) return "contains a character outside the basic plane; percent-encode it";

            // URL parsers disagree about it: some take it for a slash, some for a part of the name before it.
            if (c == '\\') return "contains a backslash; write / or %5C";
        }

        var scheme = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://"
            : null;
        if (scheme is null) return $"'{Shortened(url)}' is not an absolute http or https URL; it must begin with http:// or https://";
        if (url.Contains('#', StringComparison.Ordinal)) return "contains a fragment (#…), which is never sent to a server; leave it out";
        var rest = url.AsSpan(scheme.Length);
        var end = rest.IndexOfAny('/', '?');
        return ValidateAuthority(end < 0 ? rest : rest[..end]) ?? ValidateWhole(url);
    }

    private static string? ValidateAuthority(ReadOnlySpan<char> authority)
    {
        if (authority.Contains('@')) return "contains user info (…@), which would be shown wherever the URL is; send an Authorization header instead";
        var colon = authority.LastIndexOf(':');
        var host = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        if (host.IsEmpty) return "has no host";
        if (host.Length == authority.Length) return null;
        var port = authority[(colon + 1)..];
        return int.TryParse(port, System.Globalization.NumberStyles.None, null, out var number) && number is >= 1 and <= 65535
            ? null
            : $"has the port '{Shortened(port.ToString())}'; a port is a number from 1 to 65535";
    }

    private static string? ValidateWhole(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? null
            : $"'{Shortened(url)}' is not a valid URL";

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
