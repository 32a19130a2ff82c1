using System.Globalization;
using System.Text.Json;
using EventHub.Client.Http;

namespace EventHub.Client.Consumers;

/// <summary>Pull consumers: the hub keeps the cursor, the client fetches its events in order and acknowledges them.</summary>
public sealed class ConsumerClient
{
    private const string InstanceHeader = "X-Consumer-Instance";
    private readonly HubHttp _http;

    internal ConsumerClient(HubHttp http) => _http = http;

    /// <summary>Creates a consumer, or changes which events one gets; where that one stands does not change.</summary>
    /// <param name="name">1 to 255 characters, none of them white space, control characters or a slash.</param>
    /// <param name="events">1 to 100 patterns over types.</param>
    /// <param name="start">Where a new one begins: <c>now</c>, <c>beginning</c>, a sequence (that event is the first) or an RFC 3339 time.</param>
    /// <param name="cancellationToken">Cancels the request; the hub may have taken it up.</param>
    public Task<Consumer> SaveAsync(string name, IReadOnlyList<string> events, string start = "now", CancellationToken cancellationToken = default) => _http.SendAsync(
        new HubRequest(HttpMethod.Put, Path(name))
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(new ConsumerRequest(events, start), HubWireJsonContext.Default.ConsumerRequest),
        },
        EventHubJsonContext.Default.Consumer,
        cancellationToken);

    /// <summary>All consumers, by name.</summary>
    public async Task<IReadOnlyList<Consumer>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _http.SendAsync(new HubRequest(HttpMethod.Get, "consumers"), HubWireJsonContext.Default.ConsumerList, cancellationToken).ConfigureAwait(false)).Consumers;

    /// <summary>One of them; <c>null</c> when there is none of that name.</summary>
    public Task<Consumer?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _http.FindAsync(new HubRequest(HttpMethod.Get, Path(name)), EventHubJsonContext.Default.Consumer, cancellationToken);

    /// <summary>Deletes one, whoever has it; false when there is none.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) => _http.DeleteAsync(Path(name), cancellationToken);

    /// <summary>The events after the cursor; asking again gives the same until they are acknowledged.</summary>
    /// <param name="name">The consumer.</param>
    /// <param name="max">1 to 1000.</param>
    /// <param name="wait">How long the hub waits for one when there is none; at most 60 s.</param>
    /// <param name="instance">The client's own name: it has the consumer for 30 s after each request. <c>null</c>: only while it waits.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ConsumerHeldException">Another client has it.</exception>
    public Task<ConsumerPage> PollAsync(string name, int max = 100, TimeSpan wait = default, string? instance = null, CancellationToken cancellationToken = default) => _http.SendAsync(
        new HubRequest(HttpMethod.Get, new QueryText($"{Path(name)}/events").Add("max", max).Add("wait_ms", (long)wait.TotalMilliseconds).ToString())
        {
            Headers = Instance(instance), Wait = wait,
        },
        EventHubJsonContext.Default.ConsumerPage,
        cancellationToken);

    /// <summary>Acknowledges every event up to and including a sequence; durable when it returns.</summary>
    /// <exception cref="ConsumerHeldException">Another client has it.</exception>
    /// <exception cref="EventHubException">409 with <c>CURSOR_IS_AHEAD</c>: the cursor is beyond it already.</exception>
    public Task<Consumer> AckAsync(string name, long sequence, string? instance = null, CancellationToken cancellationToken = default) => _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(name)}/ack")
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(new AckRequest(sequence), HubWireJsonContext.Default.AckRequest), Headers = Instance(instance),
        },
        EventHubJsonContext.Default.Consumer,
        cancellationToken);

    /// <summary>Moves the cursor anywhere.</summary>
    /// <param name="name">The consumer.</param>
    /// <param name="to"><c>now</c> (after the newest event), <c>beginning</c>, a sequence (that event is the next) or an RFC 3339 time.</param>
    /// <param name="instance">The client that has it, if one does.</param>
    /// <param name="cancellationToken">Cancels the request; the hub may have taken it up.</param>
    /// <exception cref="ConsumerHeldException">Another client has it.</exception>
    public Task<Consumer> SeekAsync(string name, string to, string? instance = null, CancellationToken cancellationToken = default) => _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(name)}/seek")
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(new SeekRequest(to), HubWireJsonContext.Default.SeekRequest), Headers = Instance(instance),
        },
        EventHubJsonContext.Default.Consumer,
        cancellationToken);

    /// <summary>
    /// Reads events one after the other, for as long as it is enumerated. An event counts as handled when the next one is asked for; what is handled is
    /// acknowledged when its page is, or 5 s are over, and when the enumeration ends. At least once: an event whose acknowledgement was lost comes again.
    /// </summary>
    /// <exception cref="ConsumerHeldException">Another client has it.</exception>
    /// <exception cref="StreamResetException">Retention removed events before they were read, and nobody handles that.</exception>
    public IAsyncEnumerable<HubEvent> ReadAsync(string name, ConsumerReadOptions? options = null, CancellationToken cancellationToken = default) =>
        new ConsumerReader(this, _http.Time, name, options ?? new ConsumerReadOptions()).ReadAsync(cancellationToken);

    private static string Path(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return string.Create(CultureInfo.InvariantCulture, $"consumers/{Uri.EscapeDataString(name)}");
    }

    private static (string, string)[] Instance(string? instance) => instance is null ? [] : [(InstanceHeader, instance)];
}
