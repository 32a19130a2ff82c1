using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EventHub.JavaScript.Tests;

/// <summary>
/// The tests of <c>clients/js</c>, which are JavaScript: in Node and in a real Chromium, against the real server. A failure shows what Node printed.
/// </summary>
public sealed partial class ClientTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    private static readonly string s_package = Path.Combine(RepositoryRoot(), "clients", "js");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(s_package, "test"), "*.test.js").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_package_passes_its_tests(string file)
    {
        var (exitCode, output) = await RunAsync("node", "--test", "--test-reporter=tap", Path.Combine("test", file));
        Assert.True(exitCode == 0, output);
        var counts = CountLine().Matches(output).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.True(counts["pass"] > 0 && counts["pass"] == counts["tests"], output);
    }

    [Fact]
    public async Task Its_declarations_say_what_its_code_is()
    {
        var (exitCode, output) = await RunAsync("node", Path.Combine("node_modules", "typescript", "bin", "tsc"), "-p", ".");
        Assert.True(exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = s_package };
        start.Environment["CLIENT_TESTS_SERVER"] = Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await error);
    }

    private static string RepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "EventHub.slnx"))) return directory.FullName;
        }

        throw new DirectoryNotFoundException("EventHub.slnx is in no directory above the tests.");
    }

    [GeneratedRegex(@"^# (tests|pass|fail|skipped|todo|cancelled) (\d+)", RegexOptions.Multiline)]
    private static partial Regex CountLine();
}
