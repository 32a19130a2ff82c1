using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>What takes telemetry as an OpenTelemetry collector does: over HTTP with bodies of protobuf, and over gRPC, which is the same in frames on HTTP/2.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.First();

    /// <summary>The messages of each path, as they came.</summary>
    public ConcurrentQueue<(string Path, byte[] Message)> Messages { get; } = new();

    public static async Task<Collector> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        builder.WebHost.UseUrls();
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(isGrpc ? collector.TakeFrameAsync : collector.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Everything that came to paths with this in them.</summary>
    public byte[] All(string path) => [.. Messages.Where(m => m.Path.Contains(path, StringComparison.OrdinalIgnoreCase)).SelectMany(m => m.Message)];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        Messages.Enqueue((context.Request.Path, await BodyAsync(context)));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeFrameAsync(HttpContext context)
    {
        // Not compressed, four bytes of length, the message.
        var body = await BodyAsync(context);
        Assert.Equal(0, body[0]);
        Messages.Enqueue((context.Request.Path, body[5..]));
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[5]);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
