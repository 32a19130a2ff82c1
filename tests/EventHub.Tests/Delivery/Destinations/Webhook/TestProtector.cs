using System.Security.Cryptography;
using EventHub.Delivery.Destinations;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>"Encrypts" by turning the text around, and counts how often it is undone.</summary>
internal sealed class TestProtector : ISecretProtector
{
    private int _unprotected;

    public int Unprotected => Volatile.Read(ref _unprotected);

    public string Protect(string secret) => "protected:" + string.Concat(secret.Reverse());

    public string Unprotect(string ciphertext)
    {
        Interlocked.Increment(ref _unprotected);
        return ciphertext.StartsWith("protected:", StringComparison.Ordinal)
            ? string.Concat(ciphertext["protected:".Length..].Reverse())
            : throw new CryptographicException("The key was not found.");
    }
}
