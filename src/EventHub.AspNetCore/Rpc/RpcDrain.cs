using Microsoft.Extensions.Hosting;

namespace EventHub.AspNetCore.Rpc;

/// <summary>
/// Has attempts end before SignalR closes its connections: it does so when the host begins to stop, and a call under way would be lost. What is registered
/// last runs first, and hosted services start after the endpoints were mapped.
/// </summary>
internal sealed class RpcDrain(HubPipeline pipeline, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The host waits for these callbacks and for nothing they return, so the draining, which has a deadline of its own, is waited for here. On the pool: a
        // host that stops on a thread with a context would wait for what is to go on there.
        _registration = lifetime.ApplicationStopping.Register(() => Task.Run(() => pipeline.DrainAsync(CancellationToken.None)).GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _registration.DisposeAsync();
}
