using System.Buffers.Binary;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>
/// Answers as the table keeps them: 25 bytes per event (id, sequence, 1 for a duplicate). Sequences of the batch they were written with count from the row's
/// <c>base</c> and stand negative, because the statement that writes them is what finds the base.
/// </summary>
internal static class StoredAnswer
{
    private const int Size = 25;

    public static byte[] Encode(ReadOnlySpan<AppendedEvent> answers)
    {
        var bytes = new byte[answers.Length * Size];
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = bytes.AsSpan(i * Size, Size);
            answers[i].Id.TryWriteBytes(answer, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(answer[16..], answers[i].Sequence);
            answer[24] = answers[i].IsDuplicate ? (byte)1 : (byte)0;
        }

        return bytes;
    }

    public static AppendedEvent[] Decode(ReadOnlySpan<byte> bytes, long basis)
    {
        var answers = new AppendedEvent[bytes.Length / Size];
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = bytes.Slice(i * Size, Size);
            var sequence = BinaryPrimitives.ReadInt64BigEndian(answer[16..]);
            answers[i] = new AppendedEvent(new Guid(answer[..16], bigEndian: true), sequence < 0 ? basis - sequence : sequence, answer[24] != 0);
        }

        return answers;
    }
}
