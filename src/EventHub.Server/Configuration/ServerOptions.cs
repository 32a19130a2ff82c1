using System.Net;
using EventHub.AspNetCore.Hosting;
using EventHub.Hosting;
using EventHub.Postgres;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Configuration;

/// <summary>What the server runs with: checked, complete, immutable.</summary>
internal sealed record ServerOptions
{
    /// <summary>Where to listen; at least one.</summary>
    public required IReadOnlyList<ListenAddress> Urls { get; init; }

    /// <summary>Which store; one that exists in this version.</summary>
    public required StoreKind Store { get; init; }

    /// <summary>Absolute path of the data directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How to reach PostgreSQL; set with that store.</summary>
    public PostgresOptions? Postgres { get; init; }

    /// <summary>Where the store keeps what it keeps, for people.</summary>
    public string StorePlace => Store == StoreKind.Memory ? "gone with the process" : Postgres?.DatabaseName ?? DataDirectory;

    /// <summary>How the hub runs.</summary>
    public required HubOptions Hub { get; init; }

    /// <summary>How live streams are served.</summary>
    public required StreamOptions Streams { get; init; }

    /// <summary>How RPC is served.</summary>
    public required RpcOptions Rpc { get; init; }

    /// <summary>Names the hub may be asked for by, beside those of this machine; <c>null</c>: any.</summary>
    public required IReadOnlyList<string>? AllowedHosts { get; init; }

    /// <summary>Origins whose pages may use the hub from a browser, besides its own.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Webhooks may reach private addresses.</summary>
    public required bool WebhookAllowPrivate { get; init; }

    /// <summary>Networks webhooks may reach in any case.</summary>
    public required IReadOnlyList<IPNetwork> WebhookAllowedNetworks { get; init; }

    /// <summary>Least severe level that is logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>What log lines look like.</summary>
    public required LogFormat LogFormat { get; init; }

    /// <summary>Only this machine can reach the server.</summary>
    public bool IsLoopbackOnly => Urls.All(url => url.IsLoopback);
}
