using System.Diagnostics;
using System.Runtime.InteropServices;
using EventHub.Client.Tests.Support;

namespace EventHub.Client.Tests;

/// <summary>
/// The client in a program that is published self-contained with everything cut away that nothing refers to (PublishTrimmed, warnings of the linker as
/// errors). The same analysis guards ahead-of-time compilation, whose runtime package is needed for more than that.
/// </summary>
public sealed class TrimmingTests
{
    [Fact]
    public async Task A_trimmed_program_does_everything_the_client_can()
    {
        using var output = new TemporaryDirectory();
        var project = Path.Combine(Repository.Root, "tests/EventHub.Client.Tests/TrimmedApp");
        var (code, log) = await RunAsync("dotnet", ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", output.Path, "--nologo", "-v", "quiet", "-nodeReuse:false"]);
        Assert.True(code == 0, log);
        Assert.DoesNotContain(" IL", log, StringComparison.Ordinal);
        await using var hub = await Hub.StartAsync();
        (code, log) = await RunAsync(Path.Combine(output.Path, "TrimmedApp"), [hub.Proxy.Url]);
        Assert.Equal((0, "all of it works"), (code, log.Trim()));
        Assert.True(new FileInfo(Path.Combine(output.Path, "System.Private.CoreLib.dll")).Length < 6_000_000, "It was not trimmed.");
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}
