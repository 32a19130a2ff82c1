using System.Diagnostics;
using System.Text.Json;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>Runs tests/node/verify-webhook.mjs: the reference implementation of Standard Webhooks, in another language, judging captured requests.</summary>
internal static class NodeVerifier
{
    public static async Task<(int ExitCode, string Output)> VerifyAsync(IEnumerable<ReceivedRequest> requests, string secret)
    {
        var directory = RepositoryFile("tests/node");
        Assert.True(
            Directory.Exists(Path.Combine(directory, "node_modules", "standardwebhooks")),
            "tests/node/node_modules is missing: run 'npm ci' in tests/node (./test does) and then the tests again.");
        var start = new ProcessStartInfo("node", [Path.Combine(directory, "verify-webhook.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await JsonSerializer.SerializeAsync(
            node.StandardInput.BaseStream,
            requests.Select(request => new { secret, headers = request.Headers, body = Convert.ToBase64String(request.Body) }),
            JsonSerializerOptions.Web,
            TestContext.Current.CancellationToken);
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (node.ExitCode, await output + await error);
    }

    /// <summary>A path in the repository or in one of the folders above it.</summary>
    public static string RepositoryFile(string path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, path);
            if (Path.Exists(candidate)) return candidate;
        }

        throw new FileNotFoundException($"{path} is not in any folder above {AppContext.BaseDirectory}.");
    }
}
