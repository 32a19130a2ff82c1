using System.Text.Json;

namespace EventHub.Server.Tests.Verbs.Remote;

/// <summary>How a verb ended, and what it wrote that was not read before.</summary>
internal sealed record VerbResult(int ExitCode, IReadOnlyList<string> Lines, IReadOnlyList<string> Errors)
{
    /// <summary>The lines as JSON, of a verb that went well.</summary>
    public List<JsonElement> Json()
    {
        Assert.True(ExitCode == 0, $"{ExitCode}: {string.Join('\n', Errors)}");
        return [.. Lines.Select(static line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The one line it complained with.</summary>
    public string Complaint(int exitCode)
    {
        Assert.Equal(exitCode, ExitCode);
        return Assert.Single(Errors);
    }
}
