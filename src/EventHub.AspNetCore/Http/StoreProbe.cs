using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http;

/// <summary>Asks the store whether it would take a write. One question at a time: callers that come meanwhile share its answer.</summary>
internal sealed class StoreProbe(IHubStore store, TimeProvider time, ILogger<StoreProbe> logger)
{
    /// <summary>A store that takes longer than this to answer is not healthy.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private Task? _ping;

    /// <summary>The store.</summary>
    public IHubStore Store => store;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Time since the hub was set up.</summary>
    public TimeSpan Uptime => time.GetElapsedTime(_started);

    /// <summary>Whether the store answered well, and in time.</summary>
    public async Task<bool> IsHealthyAsync()
    {
        try
        {
            await Ping().WaitAsync(s_timeout, time);
            return true;
        }
        catch (Exception e)
        {
            HttpLog.StoreUnhealthy(logger, store.Name, e.Message);
            return false;
        }
    }

    private Task Ping()
    {
        lock (_lock)
        {
            // One that hangs is asked no second time, or a dead store would collect a question per health check.
            if (_ping is null or { IsCompleted: true }) _ping = PingAsync();
            return _ping;
        }
    }

    private async Task PingAsync()
    {
        await Task.Yield(); // The store's code does not run under the lock.
        await store.PingAsync(CancellationToken.None);
    }
}
