using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// The secrets webhooks are signed with. <c>whsec_…</c> is base64 of the key, as Standard Webhooks has it; any other text is the key as its UTF-8 bytes.
/// </summary>
public static class WebhookSecret
{
    /// <summary>Longest secret, in UTF-16 code units.</summary>
    public const int MaxLength = 512;

    /// <summary>Shortest key behind <c>whsec_</c>, in bytes.</summary>
    public const int MinKeyBytes = 16;

    private const string Prefix = "whsec_";

    /// <summary>A new secret: <c>whsec_</c> and 32 random bytes in base64.</summary>
    public static string Generate()
    {
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        return Prefix + Convert.ToBase64String(key);
    }

    /// <summary>Says what is wrong with a secret, without showing it; <c>null</c> when nothing is.</summary>
    public static string? Validate(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length == 0) return "must not be empty; leave it out to send unsigned requests";
        if (secret.Length > MaxLength) return $"is {secret.Length} characters long; at most {MaxLength} are allowed";
        if (secret.Any(char.IsControl)) return "contains a control character (a line break at its end, perhaps)";
        if (!IsUnicode(secret)) return "contains half of a surrogate pair";
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return null;

        // Verifiers differ in what they forgive in base64, so nothing is: no white space, padded.
        if (secret.Contains(' ', StringComparison.Ordinal) || !Base64.IsValid(secret.AsSpan(Prefix.Length), out var length))
        {
            return "begins with whsec_, so base64 must follow: A-Z a-z 0-9 + / with = at its end";
        }

        return length >= MinKeyBytes ? null : $"holds {length} bytes behind whsec_; at least {MinKeyBytes} are needed";
    }

    /// <summary>The key of a secret.</summary>
    /// <exception cref="FormatException">It begins with <c>whsec_</c> and no base64 follows.</exception>
    internal static byte[] Decode(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Prefix.Length..]) : Encoding.UTF8.GetBytes(secret);

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done) return false;
            rest = rest[length..];
        }

        return true;
    }
}
