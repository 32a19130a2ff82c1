using System.CommandLine;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>One use of a verb that talks to a running hub.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Hub">The hub.</param>
/// <param name="Output">Where answers go.</param>
/// <param name="Error">Where complaints go.</param>
/// <param name="Cancelled">Cancelled when the program is to end.</param>
internal sealed record RemoteCall(ParseResult Parsed, EventHubClient Hub, RemoteOutput Output, TextWriter Error, CancellationToken Cancelled)
{
    /// <summary>Says that there is no such thing; the exit code.</summary>
    public int NotFound(string what, string name)
    {
        Error.WriteLine($"eventhub: there is no {what} {Configuration.ConfigurationProblem.OneLine(name)}");
        return ExitCode.Failure;
    }
}
