using EventHub.Delivery.Destinations;
using Microsoft.AspNetCore.DataProtection;

namespace EventHub.AspNetCore.Security;

/// <summary>Encrypts webhook secrets with ASP.NET data protection.</summary>
internal sealed class DataProtectionSecretProtector(IDataProtectionProvider provider) : ISecretProtector
{
    /// <summary>Part of what secrets are encrypted with: never changes, or stored secrets cannot be read any more.</summary>
    public const string Purpose = "EventHub.WebhookSecret.v1";

    private readonly IDataProtector _protector = provider.CreateProtector(Purpose);

    public string Protect(string secret) => _protector.Protect(secret);

    public string Unprotect(string ciphertext) => _protector.Unprotect(ciphertext);
}
