using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Shows answers: tables and sentences to people on a terminal, JSON lines to programs.</summary>
internal sealed class RemoteOutput(TextWriter output, bool isJson)
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON forms of what is shown.</summary>
    public static EventHubJsonContext Forms { get; } = new(s_options);

    /// <summary>Whether programs read it.</summary>
    public bool IsJson => isJson;

    /// <summary>Whether colours may be used (see no-color.org).</summary>
    public bool HasColours { get; } = !isJson && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Shows a line as it is.</summary>
    public void Line(string line) => output.WriteLine(line);

    /// <summary>Shows a sentence to people, or what it says to programs.</summary>
    public void Say<T>(string sentence, T value, JsonTypeInfo<T> form) => output.WriteLine(isJson ? JsonSerializer.Serialize(value, form) : sentence);

    /// <summary>Shows a sentence to people, or JSON to programs.</summary>
    public void Say(string sentence, string json) => output.WriteLine(isJson ? json : sentence);

    /// <summary>Shows one thing with all there is to know of it.</summary>
    public void Item<T>(T value, JsonTypeInfo<T> form)
    {
        var json = JsonSerializer.Serialize(value, form);
        output.WriteLine(isJson ? json : Indented(json));
    }

    /// <summary>Shows many.</summary>
    /// <param name="items">The items.</param>
    /// <param name="form">Their JSON form.</param>
    /// <param name="none">What is said to people when there is none.</param>
    /// <param name="columns">The columns of the table.</param>
    public async Task TableAsync<T>(IAsyncEnumerable<T> items, JsonTypeInfo<T> form, string none, params (string Head, Func<T, string?> Cell)[] columns)
    {
        var rows = new List<string[]>();
        await foreach (var item in items)
        {
            if (isJson) output.WriteLine(JsonSerializer.Serialize(item, form));
            else rows.Add([.. columns.Select(column => OneLine(column.Cell(item) ?? "-"))]);
        }

        if (isJson) return;
        if (rows.Count == 0)
        {
            output.WriteLine(none);
            return;
        }

        var widths = columns.Select((column, i) => Math.Max(column.Head.Length, rows.Max(row => row[i].Length))).ToArray();
        Row([.. columns.Select(static column => column.Head.ToUpperInvariant())], widths);
        foreach (var row in rows) Row(row, widths);
    }

    /// <summary>A time as tables show it.</summary>
    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string OneLine(string text) => Configuration.ConfigurationProblem.OneLine(text);

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = s_options.Encoder })) document.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void Row(string[] cells, int[] widths) =>
        output.WriteLine(string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
}
