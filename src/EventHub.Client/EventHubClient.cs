using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using EventHub.Client.Consumers;
using EventHub.Client.Events;
using EventHub.Client.Http;
using EventHub.Client.Journal;
using EventHub.Client.Publishing;
using EventHub.Client.Streaming;
using EventHub.Client.Webhooks;

namespace EventHub.Client;

/// <summary>
/// A client of an EventHub. Thread-safe; one for a program is enough. Network failures, timeouts, 429 and 503 are tried again where that cannot do
/// anything twice (<see cref="EventHubClientOptions.RetryTimeout"/>); what remains is an <see cref="EventHubException"/>.
/// </summary>
public sealed class EventHubClient : IAsyncDisposable
{
    private const int MaxBatch = 1000;
    private readonly HubHttp _http;
    private readonly PublishQueue _queue;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="url">Where the hub is, such as <c>http://127.0.0.1:3000</c>.</param>
    public EventHubClient(string url) : this(new EventHubClientOptions { Url = new Uri(url) })
    {
    }

    /// <summary>Makes a client; nothing is sent yet.</summary>
    public EventHubClient(EventHubClientOptions? options = null)
    {
        _http = new HubHttp(options ?? new EventHubClientOptions());
        _queue = new PublishQueue(_http);
        (Consumers, Webhooks, Dispatches, DeadLetters) = (new ConsumerClient(_http), new WebhookClient(_http), new DispatchClient(_http), new DeadLetterClient(_http));
    }

    /// <summary>Pull consumers.</summary>
    public ConsumerClient Consumers { get; }

    /// <summary>Webhooks.</summary>
    public WebhookClient Webhooks { get; }

    /// <summary>Dispatches.</summary>
    public DispatchClient Dispatches { get; }

    /// <summary>Dead letters.</summary>
    public DeadLetterClient DeadLetters { get; }

    /// <summary>
    /// Publishes an event. Durable, to the hub's declared level, when it returns. Publishes that are under way at the same time share requests, and are in the
    /// log in the order of the calls. A repeat after a lost answer is stored once.
    /// </summary>
    /// <param name="item">The event.</param>
    /// <param name="cancellationToken">Cancelled while it waits, it is not published; once it is on its way, this does nothing.</param>
    /// <exception cref="ArgumentException">The event has no type.</exception>
    /// <exception cref="EventHubException">The hub refused it, or could not be reached in time, or too many wait (<c>CLIENT_QUEUE_FULL</c>).</exception>
    public Task<PublishResult> PublishAsync(NewEvent item, CancellationToken cancellationToken = default) => _queue.PublishAsync(item, cancellationToken);

    /// <summary>Publishes an event of a type, as above.</summary>
    /// <param name="type">Dot-separated segments, such as <c>user.created</c>.</param>
    /// <param name="payload">JSON text, UTF-8 bytes or a node.</param>
    /// <param name="cancellationToken">As above.</param>
    public Task<PublishResult> PublishAsync(string type, JsonPayload payload, CancellationToken cancellationToken = default) =>
        PublishAsync(new NewEvent { Type = type, Payload = payload }, cancellationToken);

    /// <summary>Publishes an event of a type, as above.</summary>
    /// <param name="type">Dot-separated segments, such as <c>user.created</c>.</param>
    /// <param name="payload">An object.</param>
    /// <param name="form">Its source-generated JSON form.</param>
    /// <param name="cancellationToken">As above.</param>
    public Task<PublishResult> PublishAsync<T>(string type, T payload, JsonTypeInfo<T> form, CancellationToken cancellationToken = default) =>
        PublishAsync(type, JsonPayload.From(payload, form), cancellationToken);

    /// <summary>Publishes up to 1000 events, all or none, in a request of their own.</summary>
    /// <param name="items">The events.</param>
    /// <param name="cancellationToken">Cancels the request; the hub may have stored them.</param>
    /// <returns>In the order of the events.</returns>
    /// <exception cref="EventHubException">The hub refused one, whose fields are named as <c>[3].type</c>, or could not be reached in time.</exception>
    public async Task<IReadOnlyList<PublishResult>> PublishBatchAsync(IReadOnlyList<NewEvent> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(items.Count, MaxBatch, nameof(items));
        if (items.Count == 0) return [];
        var json = NewEventWriter.Array([.. items.Select(static item => NewEventWriter.Write(item, Guid.NewGuid().ToString("N")))]);
        var answer = await _http.SendAsync(
            new HubRequest(HttpMethod.Post, "events/batch") { Json = json }, HubWireJsonContext.Default.BatchAnswer, cancellationToken).ConfigureAwait(false);
        return [.. answer.Events.Select((place, i) => new PublishResult(place.EventId, place.Sequence, place.Duplicate && items[i].IdempotencyKey is not null))];
    }

    /// <summary>An event with what became of it; <c>null</c> when there is none. Readable as soon as it is published.</summary>
    public Task<EventDetails?> FindEventAsync(Guid id, CancellationToken cancellationToken = default) =>
        _http.FindAsync(new HubRequest(HttpMethod.Get, $"events/{id}"), EventHubJsonContext.Default.EventDetails, cancellationToken);

    /// <summary>Reads events of the log, page by page as they are enumerated.</summary>
    public async IAsyncEnumerable<HubEvent> QueryAsync(EventQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await GetPageAsync(query ?? new EventQuery(), cursor, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Events) yield return item;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Reads one page of events.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="cursor"><see cref="EventPage.NextCursor"/> of the page before, with the same query.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<EventPage> GetPageAsync(EventQuery query, string? cursor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var path = new QueryText("events").AddAll("type", query.Types).Add("source", query.Source).Add("organization_id", query.OrganizationId).Add("user_id", query.UserId)
            .Add("since", query.Since).Add("until", query.Until).Add("order", query.OldestFirst ? "asc" : null).Add("limit", query.PageSize).Add("cursor", cursor);
        return _http.SendAsync(new HubRequest(HttpMethod.Get, path.ToString()), EventHubJsonContext.Default.EventPage, cancellationToken);
    }

    /// <summary>
    /// Follows the log for as long as it is enumerated: every event in order, none missed and none twice, also across reconnects and restarts of the hub.
    /// </summary>
    /// <exception cref="EventHubException">The hub refused it, or could not be reached in time at first; once it was, it reconnects for ever.</exception>
    /// <exception cref="StreamResetException">Events may have been missed, and <see cref="SubscribeOptions.OnReset"/> is not set.</exception>
    public IAsyncEnumerable<HubEvent> SubscribeAsync(SubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Subscription(_http, options).ReadAsync(cancellationToken);
    }

    /// <summary>Follows events of types, from the next one on, as above.</summary>
    /// <param name="type">A pattern, such as <c>user.*</c>; <c>*</c> for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<HubEvent> SubscribeAsync(string type = "*", CancellationToken cancellationToken = default) =>
        SubscribeAsync(new SubscribeOptions { Types = [type] }, cancellationToken);

    /// <summary>Publishes what still waits, within the time of one request; then nothing more can be published.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }
}
