namespace EventHub.Delivery.Destinations;

/// <summary>Encrypts secrets for storage. The host brings it; EventHub.AspNetCore uses ASP.NET data protection.</summary>
public interface ISecretProtector
{
    /// <summary>Encrypts.</summary>
    string Protect(string secret);

    /// <summary>Decrypts what <see cref="Protect"/> made.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is not there, or the text was changed.</exception>
    string Unprotect(string ciphertext);
}
