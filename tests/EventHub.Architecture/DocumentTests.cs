using System.Text.RegularExpressions;

namespace EventHub.Architecture;

/// <summary>Documents tell the truth about where things are.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Required = ["README.md", "ARCHITECTURE.md"];

    // First parts of paths that are the repository's; anything else in code marks is a command, a URL path, or a place on the reader's machine.
    private static readonly string[] Tops = ["src/", "tests/", "benchmarks/", "docs/", "samples/", "clients/", "deploy/", ".ci/"];

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    public void The_documents_a_newcomer_reads_are_there(string path) => Assert.True(File.Exists(Path.Combine(Repository.Root, path)), $"{path} is missing");

    [Fact]
    public void Every_path_a_document_names_exists()
    {
        var missing =
            from document in Documents()
            let text = File.ReadAllText(Path.Combine(Repository.Root, document))
            from path in Paths(document, text).Distinct()
            where !Exists(path)
            select $"{document} names {path}";
        Breaches.None(missing);
    }

    private static IEnumerable<string> Documents()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var underDocs = Directory.Exists(docs) ? Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories) : [];
        return Required.Where(path => File.Exists(Path.Combine(Repository.Root, path))).Concat(underDocs.Select(Repository.Relative));
    }

    private static IEnumerable<string> Paths(string document, string text)
    {
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            yield return Repository.Relative(Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, target)));
        }

        foreach (Match word in PathWord().Matches(text))
            if (Tops.Any(top => word.Value.StartsWith(top, StringComparison.Ordinal))) yield return word.Value.TrimEnd('.', '/', '…');
    }

    // A path with a wildcard exists when something matches it.
    private static bool Exists(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        if (!path.Contains('*', StringComparison.Ordinal)) return File.Exists(full) || Directory.Exists(full);
        var directory = Path.GetDirectoryName(full)!;
        return Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory, Path.GetFileName(full)).Any();
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w./-])[.\w][\w.*-]*(/[\w.*-]+)+/?")]
    private static partial Regex PathWord();
}
