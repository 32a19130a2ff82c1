namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>What the OpenAPI document says of one endpoint. Schemas are made from the examples.</summary>
/// <param name="Tag">The noun it is filed under.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Description">What one has to know to use it.</param>
internal sealed record EndpointDoc(string Tag, string Summary, string Description)
{
    /// <summary>Query parameters: name and meaning.</summary>
    public IReadOnlyList<(string Name, string Description)> Query { get; init; } = [];

    /// <summary>Request headers: name and meaning.</summary>
    public IReadOnlyList<(string Name, string Description)> Headers { get; init; } = [];

    /// <summary>Parameters in the path: name and meaning.</summary>
    public IReadOnlyList<(string Name, string Description)> Path { get; init; } = [];

    /// <summary>Bodies it takes: content type and example.</summary>
    public IReadOnlyList<(string ContentType, string Example)> Requests { get; init; } = [];

    /// <summary>The body may be left out.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>Answers: status, when, and an example of the JSON body (<c>null</c> for none, or for another content type).</summary>
    public IReadOnlyList<(int Status, string Description, string? Example)> Answers { get; init; } = [];

    /// <summary>Errors it may answer with besides: problem+json, explained once for all.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}
