using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>Where a page of events ended, and in which direction: what <c>next_cursor</c> holds. Opaque to callers.</summary>
/// <param name="Sequence">The last event of the page.</param>
/// <param name="Descending">Newest first.</param>
internal readonly record struct EventCursor(long Sequence, bool Descending)
{
    private const string Version = "e1";

    /// <summary>The text form.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}{(Descending ? 'd' : 'a')}{Sequence}")));

    /// <summary>Reads the text form; false for anything <see cref="ToString"/> does not write.</summary>
    public static bool TryParse(string text, out EventCursor cursor)
    {
        cursor = default;
        if (text.Length > 64 || !Base64Url.IsValid(text)) return false;
        var plain = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        if (plain.Length < 4 || !plain.StartsWith(Version, StringComparison.Ordinal) || plain[2] is not ('a' or 'd')) return false;
        if (!long.TryParse(plain.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return false;
        cursor = new EventCursor(sequence, plain[2] == 'd');
        return cursor.ToString() == text;
    }
}
