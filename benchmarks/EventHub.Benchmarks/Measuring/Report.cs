using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventHub.Benchmarks.Measuring;

/// <summary>Where results go: the screen, a JSON file per benchmark, and the page in docs/ between its markers.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static void Print(IReadOnlyList<Table> tables)
    {
        foreach (var table in tables) Console.WriteLine(TableText.Markdown(table));
    }

    public static void Save(string directory, string name, BenchContext context, IReadOnlyList<Table> tables)
    {
        Directory.CreateDirectory(directory);
        var document = new
        {
            benchmark = name,
            at = TimeProvider.System.GetUtcNow(),
            machine = Machine.Describe(),
            seconds = context.Seconds,
            rounds = context.Rounds,
            payload_bytes = Load.EventBody.PayloadBytes,
            tables = tables.Select(t => new { title = t.Title, columns = t.Columns, rows = t.Rows }),
        };
        File.WriteAllText(Path.Combine(directory, name + ".json"), JsonSerializer.Serialize(document, s_json) + "\n");
    }

    /// <summary>Replaces what stands between <c>&lt;!-- bench:name --&gt;</c> and <c>&lt;!-- /bench --&gt;</c>.</summary>
    public static void WriteMarkdown(string page, string name, BenchContext context, IReadOnlyList<Table> tables)
    {
        var text = string.Join('\n', tables.Select(TableText.Markdown));
        var run = $"Run of {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine.Describe()}; {context.Rounds} rounds of {context.Seconds} s.";
        var pattern = new Regex($"(<!-- bench:{Regex.Escape(name)} -->\n).*?(<!-- /bench -->)", RegexOptions.Singleline);
        var before = File.ReadAllText(page);
        if (!pattern.IsMatch(before)) throw new InvalidOperationException($"{page} has no place for '{name}': <!-- bench:{name} --> … <!-- /bench -->");
        File.WriteAllText(page, pattern.Replace(before, match => $"{match.Groups[1].Value}{run}\n\n{text}{match.Groups[2].Value}"));
    }
}
