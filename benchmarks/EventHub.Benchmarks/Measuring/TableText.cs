using System.Globalization;
using System.Text;

namespace EventHub.Benchmarks.Measuring;

/// <summary>Tables as text: the same form on the screen and in Markdown.</summary>
internal static class TableText
{
    public static string Markdown(Table table)
    {
        var cells = table.Rows.Select(row => row.Select(Cell).ToArray()).Prepend([.. table.Columns]).ToList();
        var widths = Enumerable.Range(0, table.Columns.Count).Select(c => cells.Max(row => row[c].Length)).ToArray();
        var numeric = Enumerable.Range(0, table.Columns.Count).Select(c => table.Rows.Any(row => row[c] is double or int or long)).ToArray();
        var text = new StringBuilder().Append("**").Append(table.Title).Append("**\n\n");
        for (var r = 0; r < cells.Count; r++)
        {
            for (var c = 0; c < widths.Length; c++) text.Append("| ").Append(numeric[c] ? cells[r][c].PadLeft(widths[c]) : cells[r][c].PadRight(widths[c])).Append(' ');
            text.Append("|\n");
            if (r > 0) continue;
            for (var c = 0; c < widths.Length; c++) text.Append('|').Append('-', widths[c] + 1).Append(numeric[c] ? ':' : '-');
            text.Append("|\n");
        }

        return text.ToString();
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        double number => Number(number),
        IFormattable formattable => formattable.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Number(double value)
    {
        var format = Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
