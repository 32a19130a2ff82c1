using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventHub.Client.Http;

/// <summary>Sends requests to the hub, and again when that may help.</summary>
internal sealed class HubHttp : IDisposable
{
    private static readonly string s_userAgent = $"EventHub.Client/{typeof(HubHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";
    private readonly HttpClient _http;
    private readonly bool _isOwn;
    private readonly Uri _root;

    public HubHttp(EventHubClientOptions options)
    {
        if (!options.Url.IsAbsoluteUri || options.Url.Scheme is not ("http" or "https")) throw new ArgumentException($"'{options.Url}' is not an absolute http or https URL.", nameof(options));
        Options = options;
        _root = new Uri(options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        _isOwn = options.HttpClient is null;
        _http = options.HttpClient ?? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public EventHubClientOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>Sends it and reads the answer's JSON.</summary>
    /// <exception cref="EventHubException">The hub refused it, or did not answer in time.</exception>
    public Task<T> SendAsync<T>(HubRequest request, JsonTypeInfo<T> answer, CancellationToken cancellationToken) => SendAsync(
        request,
        async (response, token) =>
        {
            using (response)
            {
                var stream = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    return await JsonSerializer.DeserializeAsync(stream, answer, token).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");
                }
            }
        },
        cancellationToken);

    /// <summary>The same; <c>null</c> when the answer is 404.</summary>
    public async Task<T?> FindAsync<T>(HubRequest request, JsonTypeInfo<T> answer, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await SendAsync(request, answer, cancellationToken).ConfigureAwait(false);
        }
        catch (EventHubException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a DELETE; false when the answer is 404. After a lost answer the repeat finds nothing either.</summary>
    public async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new HubRequest(HttpMethod.Delete, path), static (response, _) => { response.Dispose(); return Task.FromResult(true); }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EventHubException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Sends it, again and again when that may help, until an answer was read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="read">Reads a good answer, and disposes it when it does not hand it on. What breaks while it reads is a failed attempt.</param>
    /// <param name="cancellationToken">Cancels it; the hub may have done it all the same.</param>
    public async Task<T> SendAsync<T>(HubRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var started = request.StartedAt ?? Time.GetTimestamp();
        for (var repeat = 0; ; repeat++)
        {
            var (answer, failure, mayRepeat) = await TryAsync(request, read, cancellationToken).ConfigureAwait(false);
            if (failure is null) return answer!;
            var wait = RetryDelay.Of(Options, repeat, failure.RetryAfter);
            if (!mayRepeat || (!request.IsRetriedForEver && Time.GetElapsedTime(started) + wait > Options.RetryTimeout)) throw failure;
            await Task.Delay(wait, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (_isOwn) _http.Dispose();
    }

    private async Task<(T? Answer, EventHubException? Failure, bool MayRepeat)> TryAsync<T>(
        HubRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Options.Timeout + request.Wait, Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var message = Message(request);
        try
        {
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ending.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return (await read(response, ending.Token).ConfigureAwait(false), null, false);
            using (response)
            {
                var refusal = await Problem.ReadAsync(message, response, Time, ending.Token).ConfigureAwait(false);
                var isTransient = Problem.IsTransient(response.StatusCode) && (request.IsRepeatable || response.StatusCode == HttpStatusCode.TooManyRequests);
                return (default, refusal, isTransient);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = deadline.IsCancellationRequested
                ? new EventHubUnreachableException($"The hub at {_root} did not answer {request.Method} {message.RequestUri!.AbsolutePath} within {(Options.Timeout + request.Wait).TotalSeconds:0.###} s.", e)
                : new EventHubUnreachableException($"The request to the hub at {_root} was cut off: {e.Message}", e);
            return (default, failure, request.IsRepeatable);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Before there is a connection nothing can have been done.
            var wasSent = (e as HttpRequestException)?.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            var failure = new EventHubUnreachableException($"The hub at {_root} cannot be reached: {e.GetBaseException().Message}", e);
            return (default, failure, request.IsRepeatable || !wasSent);
        }
        catch (JsonException e)
        {
            throw new EventHubException($"{request.Method} {message.RequestUri!.AbsolutePath} was not answered as a hub would ({e.Message}); is {_root} one?", e);
        }
    }

    private HttpRequestMessage Message(HubRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_root, request.Path));
        message.Headers.TryAddWithoutValidation("User-Agent", s_userAgent);
        foreach (var (name, value) in Options.Headers) message.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        if (request.Json is not { } json) return message;
        message.Content = new ReadOnlyMemoryContent(json);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return message;
    }
}
