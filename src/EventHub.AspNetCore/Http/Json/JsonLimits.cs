namespace EventHub.AspNetCore.Http.Json;

/// <summary>Limits of JSON that comes in.</summary>
internal static class JsonLimits
{
    /// <summary>Arrays and objects in each other, at most, in the value of one field (so that a payload can be read alone with the same limit).</summary>
    public const int MaxDepth = 64;

    /// <summary>Errors collected from one request; past it the caller has enough to go on.</summary>
    public const int MaxErrors = 100;

    /// <summary>Characters of a caller's text repeated in a message.</summary>
    public const int MaxQuoted = 80;
}
