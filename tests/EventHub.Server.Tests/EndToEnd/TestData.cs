using System.Text;
using System.Text.Json;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The real events that tests publish.</summary>
internal static class TestData
{
    public static IReadOnlyList<GitHubEvent> GitHubEvents() =>
        [.. File.ReadLines(Find("shared/data/github-events.ndjson")).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new GitHubEvent(root.GetProperty("type").GetString()!, Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(root.GetProperty("payload").GetRawText()));
        })];

    private static string Find(string relative)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, relative);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException($"{relative} is in no directory above {AppContext.BaseDirectory}; it belongs beside the repository.");
    }
}
