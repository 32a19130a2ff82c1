using Microsoft.Extensions.Hosting;

namespace EventHub.Hosting;

/// <summary>Starts and stops the hub with its host.</summary>
internal sealed class HubService(HubPipeline pipeline) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => pipeline.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => pipeline.StopAsync(cancellationToken);
}
