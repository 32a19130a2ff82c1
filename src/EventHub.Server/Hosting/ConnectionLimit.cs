using System.Globalization;

namespace EventHub.Server.Hosting;

/// <summary>
/// How many connections there may be each way, to clients and to webhooks: half the file descriptors the process does not need for itself. Without one
/// left the runtime cannot make a thread and ends the process: a crowd of idle connections, or a few destinations that hang, would be enough for that.
/// </summary>
internal static class ConnectionLimit
{
    // Each open stream is a connection. Far more than one machine serves well, and a bound on what is kept for strangers all the same.
    private const int Most = 50_000;

    private const int Fewest = 16;

    // Assemblies, the store's connections, the runtime.
    private const int OwnFiles = 300;

    private const string SystemLimits = "/proc/self/limits";

    private const string FilesRow = "Max open files";

    /// <summary>The limit for this process, which Linux tells; elsewhere it is taken to be ample.</summary>
    public static int Find() => File.Exists(SystemLimits) ? Of(File.ReadLines(SystemLimits)) : Most;

    /// <summary>The limit that follows from what <c>/proc/self/limits</c> says.</summary>
    internal static int Of(IEnumerable<string> systemLimits)
    {
        var row = systemLimits.FirstOrDefault(line => line.StartsWith(FilesRow, StringComparison.Ordinal));
        if (row is null || !long.TryParse(row[FilesRow.Length..].TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var files)) return Most;
        return (int)Math.Clamp((files - OwnFiles) / 2, Fewest, Most);
    }
}
