using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>The event all benchmarks publish: three segments of type, a tenant, and a payload of about 400 bytes.</summary>
internal static class EventBody
{
    private const string SentAtKey = "\"sent_at\":\"";
    private const int SentAtDigits = 19;
    private static readonly byte[] s_sentAtKey = Encoding.ASCII.GetBytes(SentAtKey);

    public static readonly string Payload = MakePayload(0);

    public static int PayloadBytes => Payload.Length;

    /// <summary>An event as JSON, with a number of digits for the time it was sent at and for its key.</summary>
    public static string Json(string type = "bench.order.created", long sentAt = 0, int key = 0) =>
        $$"""{"type":"{{type}}","source":"bench","organization_id":"org-{{key:D4}}","user_id":"user-{{key:D4}}","payload":{{MakePayload(sentAt)}}}""";

    /// <summary>A JSON array of so many events.</summary>
    public static string JsonBatch(int count, string type = "bench.order.created") =>
        "[" + string.Join(',', Enumerable.Range(0, count).Select(i => Json(type, 0, i % 100))) + "]";

    /// <summary>A body as long as a webhook's.</summary>
    public static byte[] EnvelopeLike() => Encoding.UTF8.GetBytes(
        $$"""
        {"event":{"id":"0199f0a0-0000-7000-8000-000000000000","sequence":1234567,"type":"bench.order.created","version":"v1","source":"bench","subject":null,"payload":{{Payload}},"metadata":{},"organization_id":"org-0001","user_id":"user-0001","session_id":null,"instance_id":"host","schema":"bench","entity":"order","operation":"created","timestamp":"2026-01-01T00:00:00.000Z","created_at":"2026-01-01T00:00:00.000Z"},"deliveredAt":"2026-01-01T00:00:00.000Z"}
        """);

    /// <summary>Where the digits of the sending time stand in some JSON made here.</summary>
    public static int SentAtOffset(ReadOnlySpan<byte> json) => json.IndexOf(s_sentAtKey) + s_sentAtKey.Length;

    public static void WriteSentAt(Span<byte> digits, long sentAt) => Utf8Formatter.TryFormat(sentAt, digits[..SentAtDigits], out _, new StandardFormat('D', SentAtDigits));

    /// <summary>The sending time in a body; 0 when there is none.</summary>
    public static long FindSentAt(ReadOnlySequence<byte> body) => FindSentAt(body.IsSingleSegment ? body.FirstSpan : body.ToArray());

    /// <summary>The sending time in a body; 0 when there is none.</summary>
    public static long FindSentAt(ReadOnlySpan<byte> body)
    {
        var start = body.IndexOf(s_sentAtKey);
        if (start < 0) return 0;
        return Utf8Parser.TryParse(body.Slice(start + s_sentAtKey.Length, SentAtDigits), out long value, out _) ? value : 0;
    }

    private static string MakePayload(long sentAt) =>
        $$$"""{{{{SentAtKey}}}{{{sentAt:D19}}}","order":{"id":"b7f1a2c4-55e0-4a65-9d3e-1f0c7be0a9d1","status":"created","currency":"EUR","total":149.90,"items":[{"sku":"A-1001","title":"Espresso cup, stoneware, 80 ml","quantity":4,"price":12.50},{"sku":"B-2044","title":"Hand grinder","quantity":1,"price":99.90}]},"customer":{"name":"Zoë Müller","city":"Zürich","newsletter":true},"tags":["web","first-order"]}""";
}
