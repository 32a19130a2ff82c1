using System.Text.RegularExpressions;

namespace EventHub.Architecture;

/// <summary>The files of the repository these tests were built from.</summary>
internal static partial class Repository
{
    /// <summary>Its directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All C# files under a directory, without what builds make.</summary>
    public static IReadOnlyList<SourceFile> Sources(string directory) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, directory), "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsMade(path))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Relative(path), File.ReadAllText(path))),
    ];

    /// <summary>All directories under a directory, without what builds make; relative.</summary>
    public static IReadOnlyList<string> Directories(string directory) =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root, directory), "*", SearchOption.AllDirectories).Where(path => !IsMade(path + "/")).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>A path as it is written in documents.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static bool IsMade(string path) => Made().IsMatch(path);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "EventHub.slnx"))) return directory.FullName;
        throw new InvalidOperationException($"no EventHub.slnx above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("[/\\\\](bin|obj|node_modules)[/\\\\]")]
    private static partial Regex Made();
}
