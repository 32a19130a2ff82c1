using System.Runtime.CompilerServices;
using System.Text.Json;
using EventHub.Client.Http;

namespace EventHub.Client.Journal;

/// <summary>Dead letters: dispatches that were given up, to be delivered again or dismissed.</summary>
public sealed class DeadLetterClient
{
    private readonly HubHttp _http;

    internal DeadLetterClient(HubHttp http) => _http = http;

    /// <summary>Lists dead letters, newest first, page by page as they are enumerated.</summary>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new DeadLetterFilter();
        string? cursor = null;
        do
        {
            var path = new QueryText("dead-letters").Add("subscription_id", filter.SubscriptionId).Add("since", filter.Since).Add("until", filter.Until)
                .Add("type", filter.Type).Add("cursor", cursor);
            var page = await _http.SendAsync(new HubRequest(HttpMethod.Get, path.ToString()), HubWireJsonContext.Default.DeadLetterPage, cancellationToken).ConfigureAwait(false);
            foreach (var letter in page.DeadLetters) yield return letter;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>One of them; <c>null</c> when there is none.</summary>
    public Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        _http.FindAsync(new HubRequest(HttpMethod.Get, Path(id)), EventHubJsonContext.Default.DeadLetter, cancellationToken);

    /// <summary>Delivers one again.</summary>
    /// <returns>The new dispatch's id.</returns>
    /// <remarks>Not repeated after a lost answer: it would be delivered twice.</remarks>
    public async Task<string> RedriveAsync(string id, CancellationToken cancellationToken = default) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(id)}/redrive") { IsRepeatable = false }, HubWireJsonContext.Default.Requeued, cancellationToken).ConfigureAwait(false)).DispatchId;

    /// <summary>Delivers all of them again that the filter names.</summary>
    /// <returns>How many.</returns>
    public async Task<long> RedriveAllAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Post, "dead-letters/redrive")
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(filter ?? new DeadLetterFilter(), HubWireJsonContext.Default.DeadLetterFilter), IsRepeatable = false,
        },
        HubWireJsonContext.Default.Redriven,
        cancellationToken).ConfigureAwait(false)).Count;

    /// <summary>Takes one off the list, for good; false when there is none.</summary>
    public Task<bool> DismissAsync(string id, CancellationToken cancellationToken = default) => _http.DeleteAsync(Path(id), cancellationToken);

    private static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"dead-letters/{Uri.EscapeDataString(id)}";
    }
}
