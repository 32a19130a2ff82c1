using System.Collections.Concurrent;
using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Name lookups, one at a time per name, its answer shared by all who ask meanwhile: a slow name server would otherwise hold one pool thread and then
/// another for each connection to one host. Answers are not kept: every dial after them looks again.
/// </summary>
internal sealed class SharedLookups(Func<string, Task<IPAddress[]>> lookup)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> _running = new(StringComparer.OrdinalIgnoreCase);

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        _running.GetOrAdd(host, name => new Lazy<Task<IPAddress[]>>(() => LookUpAsync(name))).Value.WaitAsync(cancellationToken);

    private async Task<IPAddress[]> LookUpAsync(string host)
    {
        try
        {
            return await lookup(host);
        }
        finally
        {
            _running.TryRemove(host, out _);
        }
    }
}
