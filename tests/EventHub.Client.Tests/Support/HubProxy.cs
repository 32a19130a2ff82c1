using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.Client.Tests.Support;

/// <summary>Stands between a client and a hub, at one address while hubs come and go; breaks what a test wants broken.</summary>
internal sealed class HubProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    private int _requests;

    private HubProxy(WebApplication app) => _app = app;

    /// <summary>Where requests go; while it is <c>null</c> they are cut off.</summary>
    public Uri? Target { get; set; }

    /// <summary>Answers in the hub's place when it returns true.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = static _ => Task.FromResult(false);

    /// <summary>Whether the connection is cut when the hub has answered and before the client hears of it.</summary>
    public Func<HttpContext, bool> LosesAnswer { get; set; } = static _ => false;

    /// <summary>After how many bytes an answer ends.</summary>
    public Func<HttpContext, long> CutsAfter { get; set; } = static _ => long.MaxValue;

    /// <summary>Whether it ends by a reset of the connection, which may also lose what was sent before.</summary>
    public Func<bool> ResetsWhenCut { get; set; } = static () => false;

    public string Url => _app.Urls.First();

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<HubProxy> StartAsync(Uri? target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, static options => options.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var proxy = new HubProxy(app) { Target = target };
        app.Run(proxy.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (await Instead(context)) return;
        if (Target is not { } target)
        {
            context.Abort();
            return;
        }

        try
        {
            await ForwardAsync(context, new Uri(target, context.Request.Path + context.Request.QueryString));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task ForwardAsync(HttpContext context, Uri uri)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), uri);
        if (context.Request.ContentType is { } type)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in context.Request.Headers)
            if (name is "Accept" or "Last-Event-ID" or "X-Consumer-Instance") request.Headers.TryAddWithoutValidation(name, value.ToString());
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (LosesAnswer(context))
        {
            await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        if (response.Headers.RetryAfter is { } retry) context.Response.Headers.RetryAfter = retry.ToString();
        await CopyAsync(await response.Content.ReadAsStreamAsync(context.RequestAborted), context, CutsAfter(context));
    }

    private async Task CopyAsync(Stream from, HttpContext context, long left)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while (left > 0 && (read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), context.RequestAborted)) > 0)
        {
            left -= read;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (left <= 0 && ResetsWhenCut()) context.Abort();
    }
}
