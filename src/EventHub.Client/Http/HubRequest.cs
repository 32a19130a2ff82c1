namespace EventHub.Client.Http;

/// <summary>A request to the hub.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query, without a slash at its beginning.</param>
internal sealed record HubRequest(HttpMethod Method, string Path)
{
    /// <summary>The body; none when <c>null</c>.</summary>
    public ReadOnlyMemory<byte>? Json { get; init; }

    /// <summary>Headers besides the client's own.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether doing it twice is the same as doing it once; what is not is tried again only when the hub cannot have taken it up.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>How long the hub may hold the answer back, in addition to the time of an attempt.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Timestamp its retries count from; now when <c>null</c>.</summary>
    public long? StartedAt { get; init; }

    /// <summary>Whether it is tried again for as long as it is not cancelled.</summary>
    public bool IsRetriedForEver { get; init; }
}
