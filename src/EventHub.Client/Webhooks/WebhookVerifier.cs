using System.Globalization;
using System.Security.Cryptography;

namespace EventHub.Client.Webhooks;

/// <summary>Tells whether a request is from the hub. Compares in constant time; thread-safe.</summary>
public sealed class WebhookVerifier
{
    private readonly byte[][] _keys;

    /// <summary>Takes the secrets a request may be signed with: one, or during a rotation the new and the old.</summary>
    /// <param name="secrets"><c>whsec_</c> and base64 of the key, or any text: then its UTF-8 bytes are the key.</param>
    /// <exception cref="FormatException">A secret begins with <c>whsec_</c> and no base64 follows.</exception>
    public WebhookVerifier(params ReadOnlySpan<string> secrets)
    {
        if (secrets.IsEmpty) throw new ArgumentException("A secret is needed.", nameof(secrets));
        _keys = new byte[secrets.Length][];
        for (var i = 0; i < secrets.Length; i++) _keys[i] = WebhookSignature.Key(secrets[i]);
    }

    /// <summary>How far the request's time may be from now, into the past or the future: a captured request cannot be sent again later. Default 5 minutes.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Verifies the Standard Webhooks headers <c>webhook-id</c>, <c>webhook-timestamp</c> and <c>webhook-signature</c>.</summary>
    /// <param name="header">Gives a header's value, or <c>null</c>; names are lower case, and headers are not case-sensitive.</param>
    /// <param name="body">The exact bytes of the body, before anything parsed them.</param>
    /// <param name="reason">Why not, without anything secret.</param>
    /// <returns>Whether it is genuine and recent.</returns>
    public bool TryVerify(Func<string, string?> header, ReadOnlySpan<byte> body, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(header);
        var (id, timestamp, signatures) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
        reason = Missing("webhook-id", id) ?? Missing("webhook-timestamp", timestamp) ?? Missing("webhook-signature", signatures) ?? Age(timestamp!);
        if (reason is not null) return false;
        if (Matches($"{id}.{timestamp}.", body, signatures!)) return true;
        reason = "webhook-signature does not match the body, or is by another secret";
        return false;
    }

    /// <summary>
    /// Verifies <c>X-Signature</c> alone, for frameworks that show no other headers. It says nothing of when the request was made: one that was
    /// captured can be sent again, so keep the ids (<c>X-Message-Id</c>) of what was handled.
    /// </summary>
    public bool VerifyBody(string? signature, ReadOnlySpan<byte> body)
    {
        const string Prefix = "sha256=";
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (signature?.StartsWith(Prefix, StringComparison.Ordinal) != true
            || Convert.FromHexString(signature.AsSpan(Prefix.Length), given, out _, out var length) != System.Buffers.OperationStatus.Done || length != given.Length)
        {
            return false;
        }

        var isGenuine = false;
        foreach (var key in _keys) isGenuine |= CryptographicOperations.FixedTimeEquals(WebhookSignature.Mac(key, "", body), given);
        return isGenuine;
    }

    private static string? Missing(string name, string? value) => string.IsNullOrEmpty(value) ? $"{name} is missing" : null;

    private string? Age(string timestamp)
    {
        // The last second DateTimeOffset knows.
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799) return "webhook-timestamp is no time";
        var age = TimeProvider.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds);
        return age > Tolerance ? "webhook-timestamp is too old" : age < -Tolerance ? "webhook-timestamp is in the future" : null;
    }

    private bool Matches(string prefix, ReadOnlySpan<byte> body, string signatures)
    {
        const string Version = "v1,";
        var isGenuine = false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes + 3];
        foreach (var key in _keys)
        {
            var expected = WebhookSignature.Mac(key, prefix, body);
            foreach (var range in signatures.AsSpan().Split(' '))
            {
                var signature = signatures.AsSpan(range);
                if (!signature.StartsWith(Version, StringComparison.Ordinal) || !Convert.TryFromBase64Chars(signature[Version.Length..], given, out var length)) continue;
                isGenuine |= CryptographicOperations.FixedTimeEquals(expected, given[..length]);
            }
        }

        return isGenuine;
    }
}
