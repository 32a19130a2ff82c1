using System.Diagnostics;
using System.Text.RegularExpressions;
using EventHub.Client.Tests.Support;

namespace EventHub.Client.Tests;

/// <summary>The programs of the pages, compiled and run against a real hub.</summary>
public sealed partial class PageTests
{
    [Fact]
    public async Task The_shortest_programs_of_the_readme_publish_follow_and_handle()
    {
        var section = (await ReadAsync("README.md")).Split("## The shortest programs")[1].Split("\n## ")[0];
        foreach (var language in new[] { "csharp", "javascript" })
        {
            await using var hub = await Hub.StartAsync();
            var programs = Blocks(section, language).ToList();
            Assert.Equal(3, programs.Count);
            foreach (var program in programs)
            {
                Assert.InRange(program.Split('\n').Length, 1, 10);
                using var directory = new TemporaryDirectory();
                var start = await StartInfoAsync(program.Replace("http://127.0.0.1:3000", hub.Proxy.Url, StringComparison.Ordinal), language, directory.Path);
                Assert.Equal("1 user.created Ada", await FirstLineAsync(start));
            }
        }
    }

    [Fact]
    public async Task The_page_of_the_client_is_one_program_that_runs_to_its_end()
    {
        await using var hub = await Hub.StartAsync();
        using var directory = new TemporaryDirectory();
        var lines = Blocks(await ReadAsync("docs/client-dotnet.md"), "csharp").Select(b => b.Split('\n')).ToList();
        var usings = lines.SelectMany(b => b).Where(l => l.StartsWith("using EventHub", StringComparison.Ordinal)).Distinct();
        var bodies = lines.Select(b => string.Join('\n', b.Where(l => !l.StartsWith("using EventHub", StringComparison.Ordinal)))).ToList();
        var code = string.Join('\n', [.. usings, bodies[0], .. bodies.Skip(1).Select(b => "{\n" + b + "\n}"), "Console.WriteLine(\"the end\");"]);
        var start = await CSharpProgram.CompileAsync(code.Replace("http://127.0.0.1:3000", hub.Proxy.Url, StringComparison.Ordinal), directory.Path);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(180), TestContext.Current.CancellationToken);
        Assert.EndsWith("the end\n", output, StringComparison.Ordinal);
    }

    private static async Task<ProcessStartInfo> StartInfoAsync(string program, string language, string directory)
    {
        if (language == "csharp") return await CSharpProgram.CompileAsync(program, directory);
        var path = Path.Combine(directory, "program.mjs");
        await File.WriteAllTextAsync(path, program.Replace("@eventhub/client", Path.Combine(Repository.Root, "clients/js/src/index.js"), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return new ProcessStartInfo("node", [path]);
    }

    private static async Task<string?> FirstLineAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        try
        {
            return await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(180), TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Task<string> ReadAsync(string page) => File.ReadAllTextAsync(Path.Combine(Repository.Root, page), TestContext.Current.CancellationToken);

    private static IEnumerable<string> Blocks(string text, string language) => Block().Matches(text).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value.Trim());

    [GeneratedRegex(@"```(\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
