using System.Text;
using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>
/// Texts as PostgreSQL can hold them. It has no NUL, which an answer of a webhook or an ordering key may well contain: NUL is written as U+001A 0, and
/// U+001A itself as U+001A 1. Half a surrogate pair, which has no UTF-8 form, becomes U+FFFD.
/// </summary>
internal static class PgText
{
    private const char Escape = '\u001a';

    public static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAny('\0', Escape) < 0 && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text;
        var encoded = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes()) // halves of pairs come as U+FFFD
        {
            if (rune.Value == 0) encoded.Append(Escape).Append('0');
            else if (rune.Value == Escape) encoded.Append(Escape).Append('1');
            else encoded.Append(rune);
        }

        return encoded.ToString();
    }

    public static string Decode(string text)
    {
        if (!text.Contains(Escape, StringComparison.Ordinal)) return text;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape || i + 1 == text.Length) decoded.Append(text[i]);
            else decoded.Append(text[++i] == '0' ? '\0' : Escape);
        }

        return decoded.ToString();
    }

    public static string Text(this NpgsqlDataReader row, int column) => Decode(row.GetString(column));

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Text(column);
}
