using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EventHub.Server.Configuration;

/// <summary>Where the server listens.</summary>
/// <param name="Address">The address; <c>null</c> for <c>localhost</c>: the loopback address of both IP versions.</param>
/// <param name="Port">0: any free one.</param>
/// <param name="IsHttp2">HTTP/2 in clear text with prior knowledge (h2c), and nothing else: without TLS the two versions cannot be told apart on one port.</param>
internal sealed record ListenAddress(IPAddress? Address, int Port, bool IsHttp2 = false)
{
    private const string Http2Scheme = "h2c://";

    /// <summary>Only this machine can reach it.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Reads addresses separated by <c>;</c>; false unless each is one and no two are the same.</summary>
    public static bool TryParseAll(string text, out IReadOnlyList<ListenAddress> addresses)
    {
        var list = new List<ListenAddress>();
        addresses = list;
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(part, out var address) || (address.Port != 0 && list.Exists(other => other with { IsHttp2 = address.IsHttp2 } == address))) return false;
            list.Add(address);
        }

        return list.Count > 0;
    }

    // Other host names are refused: Kestrel would take them for "all addresses", which is not what "http://internal-name:80" asks for.
    private static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var isHttp2 = text.StartsWith(Http2Scheme, StringComparison.OrdinalIgnoreCase);
        if (isHttp2) text = $"http://{text[Http2Scheme.Length..]}";
        var wildcard = text.StartsWith("http://*", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://+", StringComparison.OrdinalIgnoreCase);
        if (!Uri.TryCreate(wildcard ? "http://[::]" + text[8..] : text, UriKind.Absolute, out var uri)) return false;
        if (uri.Scheme != Uri.UriSchemeHttp || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0) return false;
        if (string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            // Two sockets that have to share a port cannot each pick a free one.
            if (uri.Port == 0) return false;
            address = new ListenAddress(null, uri.Port, isHttp2);
            return true;
        }

        if (!IPAddress.TryParse(uri.Host, out var ip)) return false;
        address = new ListenAddress(ip, uri.Port, isHttp2);
        return true;
    }
}
