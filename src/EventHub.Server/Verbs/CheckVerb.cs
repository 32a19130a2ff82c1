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
            ? RunAsync(settings.Options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken)
            : Task.FromResult(ExitCode.Usage));
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        // The store would make an empty one, and find it sound.
        if (options.Store == StoreKind.Sqlite && !Directory.Exists(options.DataDirectory))
        {
            await error.WriteLineAsync($"eventhub: there is no directory {options.DataDirectory}");
            return ExitCode.Failure;
        }

        return await OfflineStore.UseAsync(
            options,
            "checked",
            error,
            async store =>
            {
                var problems = await store.CheckAsync(cancellationToken);
                foreach (var problem in problems) await output.WriteLineAsync(problem);
                var state = await store.Log.GetStateAsync(cancellationToken);
                await output.WriteLineAsync(problems.Count == 0
                    ? $"{options.StorePlace} is sound: {state.Head - state.Trimmed} events, head {state.Head}, epoch {state.Epoch}"
                    : $"{options.StorePlace}: {problems.Count} problems");
                return problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
            },
            cancellationToken);
    }
}
