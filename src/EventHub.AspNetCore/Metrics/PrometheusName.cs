using System.Text;
using OpenTelemetry.Metrics;

namespace EventHub.AspNetCore.Metrics;

/// <summary>OpenTelemetry names in Prometheus' spelling, by OpenTelemetry's "Prometheus and OpenMetrics Compatibility" page.</summary>
internal static class PrometheusName
{
    /// <summary>The name of a metric: characters replaced, unit appended, <c>_total</c> for counters.</summary>
    public static string OfMetric(string name, string unit, MetricType type)
    {
        var text = new StringBuilder(Clean(name, colonAllowed: true));
        var suffix = UnitSuffix(unit);
        if (suffix.Length > 0 && !EndsWith(text, suffix)) text.Append(suffix);
        if (IsCounter(type) && !EndsWith(text, "_total")) text.Append("_total");
        return text.ToString();
    }

    /// <summary>The name of a label.</summary>
    public static string OfLabel(string name) => Clean(name, colonAllowed: false);

    /// <summary>Whether Prometheus calls it a counter.</summary>
    public static bool IsCounter(MetricType type) => type is MetricType.LongSum or MetricType.DoubleSum;

    private static bool EndsWith(StringBuilder text, string suffix) => text.ToString().EndsWith(suffix, StringComparison.Ordinal);

    // Units in braces annotate ("{event}") and do not show in names.
    private static string UnitSuffix(string unit) => unit switch
    {
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        "%" => "_percent",
        "" or "1" => "",
        _ when unit[0] == '{' => "",
        _ => "_" + Clean(unit, colonAllowed: false),
    };

    private static string Clean(string name, bool colonAllowed)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var valid = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && colonAllowed);
            if (valid && c != '_')
            {
                if (text.Length == 0 && char.IsAsciiDigit(c)) text.Append('_');
                text.Append(c);
            }
            else if (text.Length == 0 || text[^1] != '_')
            {
                text.Append('_');
            }
        }

        return text.ToString();
    }
}
