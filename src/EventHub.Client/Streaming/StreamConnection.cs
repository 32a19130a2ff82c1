using EventHub.Client.Http;

namespace EventHub.Client.Streaming;

/// <summary>One connection of a subscription.</summary>
internal sealed class StreamConnection : IDisposable
{
    // The hub says something every 15 s at the least; after this long without, the connection is dead though nobody said so.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(45);
    private readonly HttpResponseMessage _response;
    private readonly SseReader _reader;
    private readonly TimeProvider _time;

    private StreamConnection(HttpResponseMessage response, Stream stream, TimeProvider time)
    {
        (_response, _time) = (response, time);
        _reader = new SseReader(stream);
    }

    /// <summary>What broke it; <c>null</c> when it was closed in order.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Connects, trying again as the request allows.</summary>
    public static Task<StreamConnection> OpenAsync(HubHttp http, HubRequest request, CancellationToken cancellationToken) => http.SendAsync(
        request,
        async (response, token) => new StreamConnection(response, await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), http.Time),
        cancellationToken);

    /// <summary>The next block; <c>null</c> when the connection is over.</summary>
    public async ValueTask<SseBlock?> ReadAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(s_silence, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await _reader.ReadAsync(ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Failure = e;
            return null;
        }
    }

    public void Dispose() => _response.Dispose();
}
