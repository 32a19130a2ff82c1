using System.Text;
using System.Text.Json;
using EventHub.Events;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Events with payloads that real webhooks carried, from <c>shared/data/github-events.ndjson</c> next to or above the working copy.</summary>
public static class RealPayloads
{
    private const string File = "shared/data/github-events.ndjson";

    /// <summary>All of them. Each line's payload is taken as the bytes that stand in the file.</summary>
    public static Event[] Load() => [.. System.IO.File.ReadLines(Find()).Select(Parse)];

    private static Event Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new Event
        {
            Id = Guid.CreateVersion7(Make.Time), Type = root.GetProperty("type").GetString()!, Source = root.GetProperty("source").GetString()!,
            Payload = Encoding.UTF8.GetBytes(root.GetProperty("payload").GetRawText()), CreatedAt = Make.Time,
        };
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, File);
            if (System.IO.File.Exists(candidate)) return candidate;
        }

        throw new FileNotFoundException($"'{File}' is in no folder above {AppContext.BaseDirectory}; the tests with real payloads need it.");
    }
}
