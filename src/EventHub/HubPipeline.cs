namespace EventHub;

/// <summary>The hub: starts and stops the five stages in order.</summary>
public sealed class HubPipeline
{
    /// <summary>Opens the store and starts the stages. Throws <see cref="Storage.StorageException"/> when the store cannot be opened.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stops intake, drains attempts in flight (up to <see cref="Hosting.HubOptions.ShutdownTimeout"/>), commits, closes.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
