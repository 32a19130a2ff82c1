using System.Buffers.Binary;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Idempotency keys with the answers given under them; an event may carry the same key as its request.</summary>
internal static class IdempotencyTable
{
    private const int AnswerBytes = 25;
    private const string FindSql = "SELECT hash, answer FROM idempotency WHERE key = ?1 AND is_request = ?2 AND expires_at > ?3";
    private const string SaveSql = "INSERT OR REPLACE INTO idempotency (key, is_request, hash, answer, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";

    /// <summary>What is known under the key at this time: its answers, empty when it stood for another content; <c>null</c> when it is free.</summary>
    public static AppendedEvent[]? Find(SqliteConnection connection, IdempotencyKey key, bool isRequest, DateTimeOffset now)
    {
        using var find = connection.Use(FindSql);
        find.Bind(1, key.Key).Bind(2, isRequest).Bind(3, Micros.From(now));
        if (!find.Step()) return null;
        return find.Bytes(0).SequenceEqual(key.Hash.Span) ? Decode(find.Bytes(1)) : [];
    }

    public static void Save(SqliteConnection connection, IdempotencyKey key, bool isRequest, ReadOnlySpan<AppendedEvent> answers)
    {
        using var save = connection.Use(SaveSql);
        save.Bind(1, key.Key).Bind(2, isRequest).BindBlob(3, key.Hash.Span).BindBlob(4, Encode(answers)).Bind(5, Micros.From(key.ExpiresAt)).Run();
    }

    private static byte[] Encode(ReadOnlySpan<AppendedEvent> answers)
    {
        var bytes = new byte[answers.Length * AnswerBytes];
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = bytes.AsSpan(i * AnswerBytes, AnswerBytes);
            answers[i].Id.TryWriteBytes(answer, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(answer[16..], answers[i].Sequence);
            answer[24] = answers[i].IsDuplicate ? (byte)1 : (byte)0;
        }

        return bytes;
    }

    private static AppendedEvent[] Decode(ReadOnlySpan<byte> bytes)
    {
        var answers = new AppendedEvent[bytes.Length / AnswerBytes];
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = bytes.Slice(i * AnswerBytes, AnswerBytes);
            answers[i] = new AppendedEvent(
                new Guid(answer[..16], bigEndian: true), BinaryPrimitives.ReadInt64BigEndian(answer[16..]), answer[24] != 0);
        }

        return answers;
    }
}
