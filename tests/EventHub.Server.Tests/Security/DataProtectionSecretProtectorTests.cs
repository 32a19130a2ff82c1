using System.Security.Cryptography;
using EventHub.AspNetCore.Security;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace EventHub.Server.Tests.Security;

public sealed class DataProtectionSecretProtectorTests
{
    [Fact]
    public void A_secret_comes_back()
    {
        var protector = new DataProtectionSecretProtector(new EphemeralDataProtectionProvider());
        var ciphertext = protector.Protect("whsec_abc");
        Assert.DoesNotContain("abc", ciphertext, StringComparison.Ordinal);
        Assert.Equal("whsec_abc", protector.Unprotect(ciphertext));
    }

    [Fact]
    public void Without_its_key_it_does_not()
    {
        var ciphertext = new DataProtectionSecretProtector(new EphemeralDataProtectionProvider()).Protect("x");
        Assert.ThrowsAny<CryptographicException>(() => new DataProtectionSecretProtector(new EphemeralDataProtectionProvider()).Unprotect(ciphertext));
    }
}
