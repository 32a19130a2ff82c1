using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EventHub.PostgresServer;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The README's tour and the page of the command line, run line by line in one shell: every command prints what the page says (… stands for anything).</summary>
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cli.md")]
    public async Task Every_command_prints_what_the_page_says(string page)
    {
        var root = RepositoryRoot();
        using var directory = new TemporaryDirectory();
        var (hubPort, receiverPort) = (FreePorts.Next(), FreePorts.Next());
        var steps = Steps(await File.ReadAllTextAsync(Path.Combine(root, page), TestContext.Current.CancellationToken));
        Assert.True(steps.Count >= 10, $"Only {steps.Count} commands were found in {page}.");
        var script = new StringBuilder($"trap 'kill $(jobs -p)' EXIT\nexport EVENTHUB_URL=http://127.0.0.1:{hubPort}\n{Sleep(hubPort, receiverPort)}\n");
        foreach (var (command, _) in steps)
        {
            var here = command
                .Replace("./eventhub serve", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll")}' serve --urls http://127.0.0.1:{hubPort}", StringComparison.Ordinal)
                .Replace("./eventhub ", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll")}' ", StringComparison.Ordinal)
                .Replace("node samples/receiver.mjs", $"node '{root}/samples/receiver.mjs' {receiverPort}", StringComparison.Ordinal)
                .Replace("127.0.0.1:3000", $"127.0.0.1:{hubPort}", StringComparison.Ordinal)
                .Replace("127.0.0.1:4000", $"127.0.0.1:{receiverPort}", StringComparison.Ordinal);
            // A stream has no end: the page's reader is given a second, the test's is there for as long as it takes, up to the first event.
            if (EndlessStream().Match(here) is { Success: true } match) here = $"""sed '/"type":"event"/q' < <(curl -sN --max-time 120 {match.Groups[1].Value})""";
            script.Append(here).Append("\necho; echo =====next=====\n");
            if (command.Contains("samples/receiver.mjs", StringComparison.Ordinal)) script.Append("receiver=1\n");
        }

        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = directory.Path };
        using var shell = Process.Start(start)!;
        await shell.StandardInput.WriteAsync(script, TestContext.Current.CancellationToken);
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(300), TestContext.Current.CancellationToken);
        var printed = output.Split("=====next=====");
        for (var i = 0; i < steps.Count; i++)
        {
            var actual = printed[i].Trim().Replace($"127.0.0.1:{receiverPort}", "127.0.0.1:4000", StringComparison.Ordinal);
            var expected = "^" + string.Join(".*", steps[i].Output.Trim().Split('…').Select(Regex.Escape));
            Assert.True(Regex.IsMatch(actual, expected + "$", RegexOptions.Singleline), $"$ {steps[i].Command}\npage: {steps[i].Output}\nprinted: {actual}");
        }
    }

    private static List<(string Command, string Output)> Steps(string readme)
    {
        var steps = new List<(string, string)>();
        foreach (Match block in ConsoleBlock().Matches(readme))
        {
            foreach (var step in block.Groups[1].Value.Split("\n$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                // A command goes on while its quotes are open.
                var lines = step.Split('\n');
                var count = 1;
                while (string.Join('\n', lines.Take(count)).Count(c => c == '\'') % 2 != 0) count++;
                steps.Add((string.Join('\n', lines.Take(count)), string.Join('\n', lines.Skip(count))));
            }
        }

        return steps;
    }

    /// <summary>
    /// The <c>sleep</c> of the shell: where a reader of the page waits some seconds, and looks again if need be, waits until the receiver listens, once there is one, and nothing
    /// is owed.
    /// </summary>
    private static string Sleep(int hubPort, int receiverPort) =>
        $$"""
        sleep() {
          [ -z "$receiver" ] || until (: </dev/tcp/127.0.0.1/{{receiverPort}}) 2>/dev/null; do command sleep 0.1; done
          until curl -s 'http://127.0.0.1:{{hubPort}}/dispatches?status=ongoing' | grep -q '^{"dispatches":\[\]'; do command sleep 0.1; done
        }
        """;

    internal static string RepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "EventHub.slnx"))) return directory.FullName;
        }

        throw new DirectoryNotFoundException("EventHub.slnx is in no directory above the tests.");
    }

    [GeneratedRegex("^curl -sN --max-time 1 ('[^']*')$")]
    private static partial Regex EndlessStream();

    [GeneratedRegex(@"```console(\n.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();
}
