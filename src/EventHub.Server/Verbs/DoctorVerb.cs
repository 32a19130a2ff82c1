using System.CommandLine;
using EventHub.Postgres.Maintenance;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub doctor</c>: what is wrong with a database.</summary>
internal static class DoctorVerb
{
    private const string Usage =
        """
        Usage: eventhub doctor [options]

        Looks at a PostgreSQL database and says what is wrong with it for a hub: reachable, version, clock, durability, connections,
        rights, schema, partitions, transactions left open, subscriptions without a process. Changes nothing; hubs may run meanwhile.
        Exit code 0: all well; 1: something is wrong.
        """;

    private const string Notes = "'eventhub check' looks at the data itself.";

    public static Command Create()
    {
        var command = new Command("doctor", "Say what is wrong with a database");
        var source = new CommandLineSource(command, Settings.OfStore);
        command.SetHelp(() => HelpText.Verb(Usage, "Example:\n  DB_HOST=db.internal eventhub doctor", Settings.OfStore, Notes));
        command.SetAction((parsed, cancellationToken) => VerbSettings.Read(parsed, source) is { } settings
            ? RunAsync(settings.Options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken)
            : Task.FromResult(ExitCode.Usage));
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (options.Postgres is not { } postgres)
        {
            await error.WriteLineAsync("eventhub: doctor looks at PostgreSQL databases: say which with 'db_host' or 'connection'; 'eventhub check' looks at a data directory");
            return ExitCode.Usage;
        }

        var findings = await new PostgresDoctor(postgres, TimeProvider.System).ExamineAsync(cancellationToken);
        foreach (var finding in findings) await output.WriteLineAsync($"{(finding.IsFine ? "ok   " : "WRONG")} {ConfigurationProblem.OneLine(finding.Text)}");
        return findings.All(finding => finding.IsFine) ? ExitCode.Success : ExitCode.Failure;
    }
}
