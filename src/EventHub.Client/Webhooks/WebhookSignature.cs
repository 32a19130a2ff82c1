using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventHub.Client.Webhooks;

/// <summary>The signature headers of a webhook's request, as the hub makes them.</summary>
/// <param name="Id"><c>webhook-id</c>.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>, in seconds since 1970.</param>
/// <param name="Signature"><c>webhook-signature</c>, as Standard Webhooks 1.0 has it.</param>
/// <param name="BodySignature"><c>X-Signature</c>: of the body alone.</param>
public sealed record WebhookSignature(string Id, string Timestamp, string Signature, string BodySignature)
{
    private const string Prefix = "whsec_";

    /// <summary>Signs a body: for tests of receivers, and for those that send on.</summary>
    /// <param name="secret"><c>whsec_</c> and base64 of the key, or any text: then its UTF-8 bytes are the key.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="time">When it is sent.</param>
    /// <param name="body">The exact body.</param>
    /// <exception cref="FormatException">The secret begins with <c>whsec_</c> and no base64 follows.</exception>
    public static WebhookSignature Create(string secret, string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        var key = Key(secret);
        var timestamp = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new WebhookSignature(
            id, timestamp, "v1," + Convert.ToBase64String(Mac(key, $"{id}.{timestamp}.", body)), "sha256=" + Convert.ToHexStringLower(Mac(key, "", body)));
    }

    internal static byte[] Key(string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        return secret.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Prefix.Length..]) : Encoding.UTF8.GetBytes(secret);
    }

    internal static byte[] Mac(byte[] key, string prefix, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(prefix));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
