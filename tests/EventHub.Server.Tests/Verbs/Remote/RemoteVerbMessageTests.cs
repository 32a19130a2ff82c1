using EventHub.Server.Tests.EndToEnd;

namespace EventHub.Server.Tests.Verbs.Remote;

/// <summary>What the verbs that talk to a running hub say of themselves, and of mistakes.</summary>
public sealed class RemoteVerbMessageTests(RemoteVerbMessageTests.Hub hub) : IClassFixture<RemoteVerbMessageTests.Hub>
{
    [Theory]
    [InlineData(2, "no http or https URL", "tail", "--url", "nonsense")]
    [InlineData(2, "a TYPE is needed", "publish")]
    [InlineData(2, "is not JSON", "publish", "t", "Ada")]
    [InlineData(2, "nowhere.json", "publish", "t", "@/nowhere.json")]
    [InlineData(2, "--key", "publish", "--lines", "t", "--key", "k")]
    [InlineData(2, "webhooks what? list, create", "webhooks")]
    [InlineData(2, "--forward URL is needed", "listen")]
    [InlineData(2, "--forward: ", "listen", "--forward", "ftp://x")]
    [InlineData(2, "is no moment", "tail", "--since", "yesterday")]
    [InlineData(2, "is no duration", "consumers", "read", "c", "--wait", "5")]
    [InlineData(2, "nothing to change", "webhooks", "update", "x")]
    [InlineData(2, "name dead letters, or --all", "dead-letters", "redrive")]
    [InlineData(2, "--nope: unknown option; see eventhub tail --help", "tail", "--nope")]
    [InlineData(2, "--sinse: unknown option; did you mean --since?", "tail", "--sinse", "10m")]
    [InlineData(2, "'--max'", "tail", "--max", "ten")]
    [InlineData(1, "user*", "tail", "user*")]
    [InlineData(1, "Consumer not found", "consumers", "read", "nobody")]
    [InlineData(1, "cannot be reached: Connection refused. Is it running? eventhub serve starts one", "consumers", "list", "--url", "http://127.0.0.1:1")]
    [InlineData(1, "cannot be reached", "tail", "--url", "http://127.0.0.1:1")]
    public async Task A_mistake_is_one_line(int exitCode, string says, params string[] arguments)
    {
        var complaint = (await RunAsync(arguments)).Complaint(exitCode);
        Assert.StartsWith("eventhub: ", complaint, StringComparison.Ordinal);
        Assert.Contains(says, complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("tail")]
    [InlineData("listen")]
    [InlineData("consumers")]
    [InlineData("webhooks")]
    [InlineData("webhooks create")]
    [InlineData("dispatches")]
    [InlineData("dead-letters redrive")]
    public async Task Help_teaches_with_examples(string verb)
    {
        var result = await RunAsync([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"Usage: eventhub {verb.Split(' ')[0]}", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("Examples:", result.Lines);
        Assert.All(result.Lines, line => Assert.True(line.Length <= 130, line));
    }

    private Task<VerbResult> RunAsync(params string[] arguments) => VerbProcess.RunAsync(hub.Process.Http.BaseAddress!, arguments);

    /// <summary>The hub they talk to.</summary>
    public sealed class Hub() : SharedServer("--store", "memory");
}
