namespace EventHub.Storage;

/// <summary>One attempt at a dispatch. A dispatch that succeeds at once has none of these: its <see cref="DispatchResult"/> says it all.</summary>
public sealed record AttemptRecord
{
    /// <summary>Which dispatch.</summary>
    public required DispatchKey Key { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How it ended: <c>complete</c>, <c>ignored</c>, <c>http_error</c> (a webhook answered so), <c>failed</c> (a handler did), <c>network_error</c>, <c>timeout</c>, <c>rejected</c>, <c>gone</c>, <c>misconfigured</c>, <c>lost</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>HTTP status; <c>null</c> when there was none.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Beginning of the answer, at most 1000 characters; <c>null</c> when empty.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong; <c>null</c> when nothing did.</summary>
    public string? Error { get; init; }
}
