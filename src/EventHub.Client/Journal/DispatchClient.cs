using System.Runtime.CompilerServices;
using System.Text.Json;
using EventHub.Client.Http;

namespace EventHub.Client.Journal;

/// <summary>Dispatches: what became of each event for each subscription.</summary>
public sealed class DispatchClient
{
    private readonly HubHttp _http;

    internal DispatchClient(HubHttp http) => _http = http;

    /// <summary>Lists dispatches, page by page as they are enumerated.</summary>
    public async IAsyncEnumerable<Dispatch> ListAsync(DispatchQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        query ??= new DispatchQuery();
        string? cursor = null;
        do
        {
            var path = new QueryText("dispatches").Add("status", query.Status).Add("subscription_id", query.SubscriptionId).Add("event_id", query.EventId?.ToString())
                .Add("order", query.OldestFirst ? "asc" : null).Add("limit", query.PageSize).Add("cursor", cursor);
            var page = await _http.SendAsync(new HubRequest(HttpMethod.Get, path.ToString()), HubWireJsonContext.Default.DispatchPage, cancellationToken).ConfigureAwait(false);
            foreach (var dispatch in page.Dispatches) yield return dispatch;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>One of them with its attempts; <c>null</c> when there is none.</summary>
    public Task<Dispatch?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        _http.FindAsync(new HubRequest(HttpMethod.Get, Path(id)), EventHubJsonContext.Default.Dispatch, cancellationToken);

    /// <summary>Delivers one that has ended again, as a new dispatch.</summary>
    /// <returns>The new dispatch's id.</returns>
    /// <exception cref="EventHubException">409 with <c>DISPATCH_IS_ONGOING</c>: it has not ended.</exception>
    /// <remarks>Not repeated after a lost answer: it would be delivered twice.</remarks>
    public async Task<string> RetryAsync(string id, DispatchRetry? retry = null, CancellationToken cancellationToken = default) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(id)}/retry")
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(retry ?? new DispatchRetry(), HubWireJsonContext.Default.DispatchRetry), IsRepeatable = false,
        },
        HubWireJsonContext.Default.Requeued,
        cancellationToken).ConfigureAwait(false)).DispatchId;

    private static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"dispatches/{Uri.EscapeDataString(id)}";
    }
}
