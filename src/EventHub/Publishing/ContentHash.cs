using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventHub.Publishing;

/// <summary>
/// What "the same content" means for idempotency: SHA-256 over every field a publisher can set, each with its length in front, the payload's
/// and metadata's bytes as sent.
/// </summary>
internal static class ContentHash
{
    public static byte[] Of(NewEvent item)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, item);
        return hash.GetHashAndReset();
    }

    public static byte[] Of(IReadOnlyList<NewEvent> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            Add(hash, item);
            Add(hash, item.IdempotencyKey);
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, NewEvent item)
    {
        Add(hash, item.Type);
        Add(hash, item.Version);
        Add(hash, item.Source);
        Add(hash, item.Subject);
        Add(hash, item.OrganizationId);
        Add(hash, item.UserId);
        Add(hash, item.SessionId);
        Add(hash, item.Schema);
        Add(hash, item.Entity);
        Add(hash, item.Operation);
        Add(hash, item.Payload.Span);
        Add(hash, item.Metadata.Span);
        if (item.CloudEvent is { } cloudEvent) Add(hash, cloudEvent.ToJson());
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        if (text is null) Length(hash, -1);
        else Add(hash, Encoding.UTF8.GetBytes(text));
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Length(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Length(IncrementalHash hash, int length)
    {
        Span<byte> prefix = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, length);
        hash.AppendData(prefix);
    }
}
