using EventHub.Consumers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.Hosting;

/// <summary>Runs a consumer with the host: begins after the hub, ends before it.</summary>
internal sealed class ConsumerHost(ConsumerRegistration registration, HubPipeline pipeline, HubOptions options, TimeProvider time, ILogger<ConsumerHost> logger) : IHostedService
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Roles.HasFlag(HubRoles.Deliver)) return;
        var (_, _, errors) = await pipeline.Consumers.SaveAsync(registration.Name, registration.Events, registration.Start, cancellationToken);
        if (errors.Count > 0) throw new InvalidOperationException($"Consumer '{registration.Name}': {string.Join("; ", errors.Select(e => $"{e.Field} {e.Message}"))}.");
        // Not the name of the host: of two processes that have the same, only one shall have the consumer.
        _running = new ConsumerRunner(registration, pipeline.Consumers, pipeline.Consumers.NewInstance(), time, logger).RunAsync(_stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        try
        {
            await _running.WaitAsync(options.ShutdownTimeout, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // A handler that does not listen. What it had is not acknowledged.
        }
    }
}
