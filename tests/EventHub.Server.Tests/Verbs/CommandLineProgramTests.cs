using EventHub.Server.Verbs;

namespace EventHub.Server.Tests.Verbs;

public sealed class CommandLineProgramTests
{
    [Theory]
    [InlineData("", 0, "Usage: eventhub <verb>")]
    [InlineData("--help", 0, "Usage: eventhub <verb>")]
    [InlineData("-h", 0, "Usage: eventhub <verb>")]
    [InlineData("serve --help", 0, "Usage: eventhub serve")]
    [InlineData("serve -h", 0, "Usage: eventhub serve")]
    [InlineData("serve --unknown --help", 0, "Usage: eventhub serve")]
    [InlineData("check --help", 0, "Usage: eventhub check")]
    [InlineData("config --help", 0, "Usage: eventhub config")]
    [InlineData("version", 0, "0.")]
    [InlineData("--version", 0, "0.")]
    [InlineData("srve", 2, "eventhub: 'srve' is not a verb; did you mean serve?")]
    [InlineData("--nope", 2, "eventhub: '--nope' is not a verb; see eventhub --help")]
    [InlineData("@file", 2, "eventhub: '@file' is not a verb")]
    [InlineData("check --batch-size 5", 2, "eventhub: --batch-size: unknown option")]
    [InlineData("check --store memory", 2, "eventhub: store memory keeps nothing")]
    [InlineData("check --data /nowhere/to/be/found", 1, "eventhub: there is no directory /nowhere/to/be/found")]
    public async Task It_answers(string arguments, int exitCode, string begins)
    {
        using var output = new StringWriter();
        var code = await CommandLineProgram.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, output);
        Assert.Equal(exitCode, code);
        Assert.StartsWith(begins, output.ToString().Replace("EventHub: a durable event hub. Publish over HTTP; deliver to webhooks, streams and consumers.\n\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_shows_values_with_their_origin_and_no_secrets()
    {
        using var output = new StringWriter();
        var code = await CommandLineProgram.RunAsync(["config", "--retention", "90d", "--db-password", "hunter2"], output, output);
        Assert.Equal(0, code);
        Assert.Contains("retention: 90d   # command line", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("batch_size: 128   # default", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("db_password: ***   # command line", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output.ToString(), StringComparison.Ordinal);
    }
}
