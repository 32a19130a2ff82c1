using System.Collections.Concurrent;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Keys by ciphertext, so that a secret is decrypted once and not per request. When full it starts over: a secret rotated out is not kept for ever.
/// </summary>
/// <param name="protector">Decrypts; <c>null</c> where the host brought none.</param>
/// <param name="capacity">Most keys kept.</param>
internal sealed class SigningKeyCache(ISecretProtector? protector, int capacity = 1024)
{
    private readonly ConcurrentDictionary<string, SigningKey> _keys = new(StringComparer.Ordinal);

    /// <summary>The key.</summary>
    /// <exception cref="SecretUnusableException">The secret cannot be decrypted or is none.</exception>
    public SigningKey Get(string ciphertext)
    {
        if (_keys.TryGetValue(ciphertext, out var key)) return key;
        if (_keys.Count >= capacity) _keys.Clear();
        return _keys.GetOrAdd(ciphertext, Open);
    }

    private SigningKey Open(string ciphertext)
    {
        try
        {
            return new SigningKey(WebhookSecret.Decode(Reveal(ciphertext)));
        }
        catch (System.Security.Cryptography.CryptographicException exception)
        {
            throw new SecretUnusableException(
                "it cannot be decrypted: the key it was encrypted with is not there; bring the key back or set the secret again", exception);
        }
        catch (FormatException exception)
        {
            throw new SecretUnusableException("it begins with whsec_ and no base64 follows; set the secret again", exception);
        }
    }

    private string Reveal(string ciphertext) =>
        ciphertext.StartsWith(ProtectedSecret.PlainPrefix, StringComparison.Ordinal) ? ciphertext[ProtectedSecret.PlainPrefix.Length..]
        : protector is null ? throw new SecretUnusableException("no secret protector is registered, so no secret can be decrypted")
        : protector.Unprotect(ciphertext);
}
