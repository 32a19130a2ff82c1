using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventHub.Log;

/// <summary>A place in one log: what a stream names each event by, and resumes from. Written <c>&lt;epoch&gt;:&lt;sequence&gt;</c>.</summary>
/// <param name="Epoch">Identity of the log (see <see cref="Storage.LogState"/>).</param>
/// <param name="Sequence">Everything up to this sequence has been read.</param>
public readonly record struct ResumePoint(string Epoch, long Sequence)
{
    private const int MaxEpochLength = 64;

    /// <summary>Reads the written form; false for anything <see cref="ToString"/> does not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ResumePoint point)
    {
        point = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon is < 1 or > MaxEpochLength) return false;
        if (text.AsSpan(0, colon).ContainsAnyExcept(s_epoch)) return false;
        if (!long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return false;
        point = new ResumePoint(text[..colon], sequence);
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> s_epoch = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary><c>&lt;epoch&gt;:&lt;sequence&gt;</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Sequence}");
}
