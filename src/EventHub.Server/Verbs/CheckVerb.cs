using System.CommandLine;
using EventHub.Server.Configuration;
using EventHub.Server.Hosting;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub check</c>: whether what is in a data directory holds together.</summary>
internal static class CheckVerb
{
    private const string Usage =
        """
        Usage: eventhub check [options]

        Reads all of a data directory, or database, and tells whether it holds together. No hub may run on a directory meanwhile.
        Slow on large logs. Exit code 0: sound; 1: it is not, or it could not be opened, a line for each problem.
        """;

    private const string Notes =
        "A directory of an older version is migrated first, as serve would do: keep a copy when you may have to go back.";

    public static Command Create()
    {
        var command = new Command("check", "Check the integrity of a data directory or database");
        var source = new CommandLineSource(command, Settings.OfStore);
        command.SetHelp(() => HelpText.Verb(Usage, "Example:\n  eventhub check --data /var/lib/eventhub", Settings.OfStore, Notes));
        command.SetAction((parsed, cancellationToken) => VerbSettings.Read(parsed, source) is { } settings
            ? DataDirectoryCheck.RunAsync(settings.Options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken)
            : Task.FromResult(ExitCode.Usage));
        return command;
    }
}
