using System.Buffers;
using System.Buffers.Binary;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>The <c>traceparent</c> of requests (W3C Trace Context, level 1): the publish's trace with a span id of its own per attempt.</summary>
internal static class TraceParent
{
    private const int Length = 55;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The header of one attempt.</summary>
    /// <param name="parent">The publish's; a fresh trace when it is <c>null</c> or not valid.</param>
    /// <param name="random">Makes the ids.</param>
    public static string Next(string? parent, Random random) =>
        parent is not null && IsValid(parent)
            ? string.Create(Length, (Parent: parent, Span: NonZero(random)), static (output, state) =>
            {
                state.Parent.AsSpan(0, 36).CopyTo(output);
                "00".CopyTo(output);
                Hex(state.Span, output[36..52]);
                output[52] = '-';
                output[53] = '0';
                output[54] = IsSampled(state.Parent) ? '1' : '0';
            })
            : string.Create(Length, (High: NonZero(random), Low: NonZero(random), Span: NonZero(random)), static (output, state) =>
            {
                "00-".CopyTo(output);
                Hex(state.High, output[3..19]);
                Hex(state.Low, output[19..35]);
                output[35] = '-';
                Hex(state.Span, output[36..52]);

                // Sampled: nobody upstream decided against it, and a receiver that follows its parent would record nothing of its own otherwise.
                "-01".CopyTo(output[52..]);
            });

    private static bool IsValid(string text) =>
        text.Length >= Length
        && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && IsHex(text.AsSpan(0, 2)) && IsHex(text.AsSpan(3, 32)) && IsHex(text.AsSpan(36, 16)) && IsHex(text.AsSpan(53, 2))
        && !text.StartsWith("ff", StringComparison.Ordinal)
        && text.AsSpan(3, 32).ContainsAnyExcept('0') && text.AsSpan(36, 16).ContainsAnyExcept('0')
        && (text.Length == Length || (text[Length] == '-' && !text.StartsWith("00", StringComparison.Ordinal)));

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(s_hex);

    private static bool IsSampled(string parent) => "13579bdf".Contains(parent[54], StringComparison.Ordinal);

    private static ulong NonZero(Random random)
    {
        Span<byte> bytes = stackalloc byte[8];
        random.NextBytes(bytes);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    private static void Hex(ulong value, Span<char> output)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Convert.TryToHexStringLower(bytes, output, out _);
    }
}
