using EventHub.Hosting;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Hosting;

/// <summary>Opens a data directory, or a database, without a hub and has the store check it.</summary>
internal static class DataDirectoryCheck
{
    /// <summary>Runs the check; a line per problem on <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (options.Store == StoreKind.Memory)
        {
            await error.WriteLineAsync("eventhub: store memory keeps nothing that could be checked");
            return ExitCode.Usage;
        }

        // The store would make an empty one, and find it sound.
        if (options.Store == StoreKind.Sqlite && !Directory.Exists(options.DataDirectory))
        {
            await error.WriteLineAsync($"eventhub: there is no directory {options.DataDirectory}");
            return ExitCode.Failure;
        }

        try
        {
            var services = new ServiceCollection();
            new EventHubBuilder(services).AddStore(options);
            await using var provider = services.BuildServiceProvider();
            var store = provider.GetRequiredService<IHubStore>();
            await store.OpenAsync(new NobodyListens(), cancellationToken);
            var problems = await store.CheckAsync(cancellationToken);
            foreach (var problem in problems) await output.WriteLineAsync(problem);
            var state = await store.Log.GetStateAsync(cancellationToken);
            await output.WriteLineAsync(problems.Count == 0
                ? $"{options.StorePlace} is sound: {state.Head - state.Trimmed} events, head {state.Head}, epoch {state.Epoch}"
                : $"{options.StorePlace}: {problems.Count} problems");
            return problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        }
        catch (StorageException failure)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(failure.Message)}");
            return ExitCode.Failure;
        }
    }
}
