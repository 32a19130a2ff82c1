using EventHub.Hosting;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Hosting;

/// <summary>Opens a store without a hub, which makes or updates what it keeps things in, and closes it again.</summary>
internal static class StoreMigration
{
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (options.Store == StoreKind.Memory)
        {
            await error.WriteLineAsync("eventhub: store memory keeps nothing that could be migrated");
            return ExitCode.Usage;
        }

        try
        {
            var services = new ServiceCollection();
            new EventHubBuilder(services).AddStore(options);
            await using var provider = services.BuildServiceProvider();
            var store = provider.GetRequiredService<IHubStore>();
            await store.OpenAsync(new NobodyListens(), cancellationToken);
            var state = await store.Log.GetStateAsync(cancellationToken);
            await output.WriteLineAsync($"{options.StorePlace} is up to date: head {state.Head}, epoch {state.Epoch}");
            return ExitCode.Success;
        }
        catch (StorageException failure)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(failure.Message)}");
            return ExitCode.Failure;
        }
    }
}
