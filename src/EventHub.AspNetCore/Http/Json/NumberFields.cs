using System.Globalization;
using System.Text.Json;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>
/// Reads durations (numbers with the unit in the field's name) and whole numbers without a range: ranges are checked once, by
/// <see cref="Routing.SubscriptionValidator"/>, in the words every way in shares.
/// </summary>
internal static class NumberFields
{
    /// <summary>Seconds, decimals allowed; <c>null</c> for JSON's null, and with an error for anything else.</summary>
    public static TimeSpan? Seconds(this in StrictObjectReader reader) => Duration(in reader, TimeSpan.TicksPerSecond, "seconds");

    /// <summary>Milliseconds, decimals allowed; <c>null</c> for JSON's null, and with an error for anything else.</summary>
    public static TimeSpan? Milliseconds(this in StrictObjectReader reader) => Duration(in reader, TimeSpan.TicksPerMillisecond, "milliseconds");

    /// <summary>A whole number; <c>null</c> for JSON's null, and with an error for anything else.</summary>
    public static int? Whole(this in StrictObjectReader reader)
    {
        if (reader.Kind == JsonTokenType.Number && TryWhole(reader.Raw.Span, out var value)) return value;
        if (!reader.IsNull) reader.RefuseValue("must be a whole number");
        return null;
    }

    /// <summary>An array of seconds; <c>null</c> for JSON's null. What is wrong with an element is an error at its index.</summary>
    public static IReadOnlyList<TimeSpan>? SecondsArray(this in StrictObjectReader reader)
    {
        if (reader.Kind != JsonTokenType.StartArray)
        {
            if (!reader.IsNull) reader.RefuseValue("must be an array of seconds");
            return null;
        }

        var values = new List<TimeSpan>();
        var items = new Utf8JsonReader(reader.Raw.Span);
        items.Read();
        for (var i = 0; items.Read() && items.TokenType != JsonTokenType.EndArray; i++)
        {
            var start = (int)items.TokenStartIndex;
            items.Skip();
            var raw = reader.Raw.Span[start..(int)items.BytesConsumed];
            if (items.TokenType == JsonTokenType.Number && TryDuration(raw, TimeSpan.TicksPerSecond, out var value)) values.Add(value);
            else reader.Add($"{reader.FieldPath}[{i}]", $"is {StrictObjectReader.Quote(raw)}; must be a number of seconds");
        }

        return values;
    }

    private static TimeSpan? Duration(in StrictObjectReader reader, long ticksPerUnit, string unit)
    {
        if (reader.Kind == JsonTokenType.Number && TryDuration(reader.Raw.Span, ticksPerUnit, out var value)) return value;
        if (!reader.IsNull) reader.RefuseValue($"must be a number of {unit}");
        return null;
    }

    // By way of decimal: 0.1 s is exactly 1,000,000 ticks, which it is not in binary.
    private static bool TryDuration(ReadOnlySpan<byte> number, long ticksPerUnit, out TimeSpan duration)
    {
        duration = default;
        if (!TryDecimal(number, out var value) || Math.Abs(value) >= TimeSpan.MaxValue.Ticks / ticksPerUnit) return false;
        duration = TimeSpan.FromTicks((long)decimal.Round(value * ticksPerUnit));
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<byte> number, out int whole)
    {
        var isWhole = TryDecimal(number, out var value) && value == decimal.Truncate(value) && value is >= int.MinValue and <= int.MaxValue;
        whole = isWhole ? (int)value : 0;
        return isWhole;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> number, out decimal value) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
