using System.CommandLine;
using EventHub.Server.Configuration;
using EventHub.Server.Hosting;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub migrate</c>: brings what a store keeps up to date without running a hub.</summary>
internal static class MigrateVerb
{
    private const string Usage =
        """
        Usage: eventhub migrate [options]

        Makes the schema of a database, or brings it up to this version, and ends. A hub does the same when it starts; this is for
        databases whose everyday user may not create anything. Safe beside running hubs.
        """;

    private const string Notes = "There is no way back but a backup made before.";

    public static Command Create()
    {
        var command = new Command("migrate", "Make or update the schema of a database");
        var source = new CommandLineSource(command, Settings.OfStore);
        command.SetHelp(() => HelpText.Verb(Usage, "Example:\n  DB_HOST=db.internal DB_USER=owner eventhub migrate", Settings.OfStore, Notes));
        command.SetAction((parsed, cancellationToken) => VerbSettings.Read(parsed, source) is { } settings
            ? RunAsync(settings.Options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken)
            : Task.FromResult(ExitCode.Usage));
        return command;
    }

    private static Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken) => OfflineStore.UseAsync(
        options,
        "migrated",
        error,
        async store =>
        {
            var state = await store.Log.GetStateAsync(cancellationToken);
            await output.WriteLineAsync($"{options.StorePlace} is up to date: head {state.Head}, epoch {state.Epoch}");
            return ExitCode.Success;
        },
        cancellationToken);
}
