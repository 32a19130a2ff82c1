using System.Buffers.Binary;

namespace EventHub.Publishing;

/// <summary>Makes UUIDv7s (RFC 9562) from the given clock and randomness, so that a simulation gets the same ones from the same seed.</summary>
/// <param name="time">Where the millisecond comes from.</param>
/// <param name="random">Thread-safe where the generator is used from several threads (the shared one is).</param>
internal sealed class EventIdGenerator(TimeProvider time, Random random)
{
    public Guid Next() => Next(time.GetUtcNow());

    public Guid Next(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        Span<byte> timestamp = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(timestamp, now.ToUnixTimeMilliseconds());
        timestamp[2..].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
