using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Signs requests twice over: <c>X-Signature</c> (HMAC of the body) and Standard Webhooks 1.0 (HMAC of id, time and body, so that a captured request
/// cannot be sent again later). During a rotation the second carries a signature per secret; the first has room for one, the newest secret's.
/// </summary>
internal sealed class WebhookSigner(SigningKeyCache keys)
{
    private const string Version = "v1,";

    /// <summary>Bytes of a dispatch's id, a time and two dots, and some.</summary>
    private const int MostPrefix = 160;

    /// <summary>Adds the headers; nothing when no secret is current.</summary>
    /// <exception cref="SecretUnusableException">A secret cannot be decrypted.</exception>
    public void Sign(HttpRequestHeaders headers, IReadOnlyList<ProtectedSecret> secrets, string messageId, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (secrets.Count == 0) return;
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Span<byte> space = stackalloc byte[MostPrefix];
        var prefix = Utf8.TryWrite(space, $"{messageId}.{timestamp}.", out var length) ? space[..length] : Encoding.UTF8.GetBytes($"{messageId}.{timestamp}.");
        string? signatures = null;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < secrets.Count; i++)
        {
            if (secrets[i].ExpiresAt <= now) continue;
            var key = keys.Get(secrets[i].Ciphertext);
            if (signatures is null)
            {
                key.Sign([], body, mac);
                headers.TryAddWithoutValidation("X-Signature", "sha256=" + Convert.ToHexStringLower(mac));
            }

            key.Sign(prefix, body, mac);
            var signature = Version + Convert.ToBase64String(mac);
            signatures = signatures is null ? signature : $"{signatures} {signature}";
        }

        if (signatures is null) return;
        headers.TryAddWithoutValidation("webhook-id", messageId);
        headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        headers.TryAddWithoutValidation("webhook-signature", signatures);
    }
}
