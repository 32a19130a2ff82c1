using System.Text.RegularExpressions;

namespace EventHub.Server.Tests.Metrics;

/// <summary>Reads a metrics page.</summary>
internal static partial class PageReader
{
    /// <summary>Each metric as <c>type name{labels}</c>, <c>le</c> aside; the series of one metric have to agree.</summary>
    public static IReadOnlyList<string> Describe(string page)
    {
        var metrics = new List<string>();
        var kind = "";
        foreach (var line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) kind = line.Split(' ')[3];
            if (line.StartsWith('#')) continue;
            var series = Series().Match(line);
            Assert.True(series.Success, $"not a sample: {line}");
            var name = kind == "histogram" ? HistogramSuffix().Replace(series.Groups["name"].Value, "") : series.Groups["name"].Value;
            var labels = Label().Matches(series.Groups["labels"].Value).Select(label => label.Groups["key"].Value).Where(key => key != "le").Order(StringComparer.Ordinal);
            metrics.Add($"{kind} {name}{{{string.Join(',', labels)}}}");
        }

        return [.. metrics.Distinct()];
    }

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>.*)\\})? (?<value>\\S+)$")]
    private static partial Regex Series();

    [GeneratedRegex("(?<key>[a-zA-Z_][a-zA-Z0-9_]*)=\"(\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();
}
