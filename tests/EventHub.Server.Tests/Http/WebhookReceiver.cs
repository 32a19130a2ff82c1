using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Tests.Http;

/// <summary>An endpoint on loopback that takes what it is sent and answers 200.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly Channel<Request> _requests = Channel.CreateBounded<Request>(16);
    private readonly WebApplication _app;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public string Url => _app.Urls.Single();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._app.StartAsync(HubHost.Token);
        return receiver;
    }

    /// <summary>The next request, when it is there.</summary>
    public async Task<Request> NextAsync() => await _requests.Reader.ReadAsync(HubHost.Token);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await _requests.Writer.WriteAsync(
            new Request(body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)), context.RequestAborted);
    }

    /// <summary>What came.</summary>
    internal sealed record Request(byte[] Body, IReadOnlyDictionary<string, string> Headers);
}
