using System.Security.Cryptography;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>HMAC-SHA256 with one key, whose set-up hash state is kept for the next use.</summary>
internal sealed class SigningKey(byte[] key) : IDisposable
{
    private IncrementalHash? _idle;

    /// <summary>Writes the 32 bytes of the MAC over <paramref name="prefix"/> and <paramref name="body"/>.</summary>
    public void Sign(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        // One state is kept; whoever signs at the same time makes another and drops it.
        var hash = Interlocked.Exchange(ref _idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(prefix);
        hash.AppendData(body);
        hash.GetHashAndReset(mac);
        Interlocked.Exchange(ref _idle, hash)?.Dispose();
    }

    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose();
}
