namespace EventHub.Client.Tests.Support;

/// <summary>The files of the repository these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "EventHub.slnx"))) return directory.FullName;
        throw new DirectoryNotFoundException("EventHub.slnx is in no directory above the tests.");
    }
}
