using EventHub.Server.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EventHub.Server.Hosting;

/// <summary>Where Kestrel listens, and how much of anything one client can have. Bodies are limited by the endpoints, each for what it takes.</summary>
internal static class KestrelSetup
{
    public static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = limits.MaxConcurrentUpgradedConnections = ConnectionLimit.Find();
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestLineSize = 16 * 1024;
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        foreach (var url in options.Urls) Listen(kestrel, url);
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress url)
    {
        void SetProtocol(ListenOptions listen) => listen.Protocols = url.IsHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1;

        if (url.Address is null) kestrel.ListenLocalhost(url.Port, SetProtocol);
        else kestrel.Listen(url.Address, url.Port, SetProtocol);
    }
}
