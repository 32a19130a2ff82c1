using System.Security.Cryptography;
using System.Text;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>An idempotency key as the table knows it: SHA-256 of whose it is and of its text, so that keys of any length and content fit an index.</summary>
internal readonly record struct KeyDigest(UInt128 High, UInt128 Low)
{
    public static KeyDigest Of(IdempotencyKey key, bool isRequest)
    {
        // UTF-16: keys are compared by ordinal, halves of surrogate pairs and all.
        var text = System.Runtime.InteropServices.MemoryMarshal.AsBytes(key.Key.AsSpan());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (text.Length <= 512)
        {
            Span<byte> input = stackalloc byte[513];
            input[0] = isRequest ? (byte)1 : (byte)0;
            text.CopyTo(input[1..]);
            SHA256.HashData(input[..(text.Length + 1)], hash);
        }
        else
        {
            SHA256.HashData([isRequest ? (byte)1 : (byte)0, .. text], hash);
        }

        return FromBytes(hash);
    }

    public static KeyDigest FromBytes(ReadOnlySpan<byte> bytes) => new(
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
        return bytes;
    }
}
