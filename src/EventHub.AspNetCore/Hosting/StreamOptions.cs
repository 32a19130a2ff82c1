namespace EventHub.AspNetCore.Hosting;

/// <summary>How live streams are served. A host that wants others registers its own before <c>AddEventHubHttp()</c>.</summary>
public sealed record StreamOptions
{
    /// <summary>How often a stream gets a comment, whatever else it gets. Default 10 s; intermediaries often close what is silent for 30 s or more.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon a stream is told how far it is when its filter let nothing through. Default 1 s.</summary>
    public TimeSpan ResumePointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream's reader may leave its buffers full before the connection is closed. Default 30 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Streams open at a time; past it 503. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>When readers are to come back after a shutdown, at least; up to three times that, so that not all come at once. Default 1 s.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);
}
