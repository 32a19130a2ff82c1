using System.Globalization;
using System.Text;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>An event on one line.</summary>
internal static class EventLine
{
    private const string Faint = "\e[2m";
    private const string Bold = "\e[1;36m";
    private const string Plain = "\e[0m";

    /// <summary>Shows it.</summary>
    public static void Show(RemoteOutput output, HubEvent item)
    {
        if (output.IsJson) output.Line(item.Json.GetRawText());
        else output.Line(ForPeople(item, output.HasColours, Width()));
    }

    /// <summary>Time, sequence, type, source, and as much of the payload as there is room for.</summary>
    internal static string ForPeople(HubEvent item, bool hasColours, int width)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{item.CreatedAt.UtcDateTime:HH:mm:ss.fff} {item.Sequence,6}");
        var (type, source) = (Visible(item.Type), Visible(item.Source ?? ""));
        var payload = Visible(item.Payload.GetRawText());
        var room = width - place.Length - type.Length - source.Length - 3;
        if (payload.Length > Math.Max(room, 20)) payload = string.Concat(payload.AsSpan(0, Math.Max(room, 20) - 1), "…");
        return hasColours ? $"{Faint}{place}{Plain} {Bold}{type}{Plain} {Faint}{source}{Plain} {payload}" : $"{place} {type} {source} {payload}";
    }

    // What an event holds must not steer a terminal.
    private static string Visible(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var visible = new StringBuilder(text.Length);
        foreach (var c in text) visible.Append(char.IsControl(c) ? ' ' : c);
        return visible.ToString();
    }

    private static int Width() => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 160 : Console.WindowWidth;
}
