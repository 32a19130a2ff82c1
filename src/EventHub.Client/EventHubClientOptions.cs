namespace EventHub.Client;

/// <summary>How a client reaches its hub.</summary>
public sealed record EventHubClientOptions
{
    /// <summary>Where the hub is. Default <c>http://127.0.0.1:3000</c>; a path before the hub's own paths is kept.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:3000");

    /// <summary>
    /// Sends the requests; the client does not dispose it, and its <see cref="HttpClient.Timeout"/> should be infinite because streams do not end.
    /// Default: one of the client's own.
    /// </summary>
    public HttpClient? HttpClient { get; init; }

    /// <summary>Headers of every request, such as <c>Authorization</c>. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How long one attempt of a request may take until its answer is there; long polls have their wait on top. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a request is tried again after a network failure, a timeout, 429 or 503, counted from its start; zero for never. An event's publish
    /// counts from its call. Streams that were connected once reconnect for as long as they are read. Default 30 s.
    /// </summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the first repeat; it doubles up to <see cref="MaxRetryDelay"/>, with jitter. Default 100 ms.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between repeats, unless the hub asks for more with <c>Retry-After</c>. Default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Events that may wait to be published; past it a publish fails at once. Default 100,000.</summary>
    public int MaxQueuedEvents { get; init; } = 100_000;

    /// <summary>Bytes of events that may wait to be published; past it a publish fails at once. Default 64 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
