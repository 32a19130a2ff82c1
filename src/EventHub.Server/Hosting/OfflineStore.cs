using EventHub.Hosting;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Hosting;

/// <summary>A store that is opened without a hub, which makes or updates what it keeps things in.</summary>
internal static class OfflineStore
{
    /// <summary>Opens the store, has it used, and closes it again; what it fails with is one line and the exit code.</summary>
    /// <param name="options">Which store.</param>
    /// <param name="purpose">What could not be done with a store that keeps nothing, such as <c>checked</c>.</param>
    /// <param name="error">Takes the line.</param>
    /// <param name="use">Gives the exit code.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> UseAsync(ServerOptions options, string purpose, TextWriter error, Func<IHubStore, Task<int>> use, CancellationToken cancellationToken)
    {
        if (options.Store == StoreKind.Memory)
        {
            await error.WriteLineAsync($"eventhub: store memory keeps nothing that could be {purpose}");
            return ExitCode.Usage;
        }

        try
        {
            var services = new ServiceCollection();
            new EventHubBuilder(services).AddStore(options);
            await using var provider = services.BuildServiceProvider();
            var store = provider.GetRequiredService<IHubStore>();
            await store.OpenAsync(new NobodyListens(), cancellationToken);
            return await use(store);
        }
        catch (StorageException failure)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(failure.Message)}");
            return ExitCode.Failure;
        }
    }
}
