namespace EventHub.Storage;

/// <summary>What became of an <see cref="AppendRequest"/>.</summary>
public sealed class AppendResult
{
    /// <summary>One per event of the request, in its order; empty on a conflict.</summary>
    public required IReadOnlyList<AppendedEvent> Events { get; init; }

    /// <summary>The request's key was known with the same hash: <see cref="Events"/> are the original answers and nothing was appended.</summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// A key was known with another hash and nothing was appended: the index of the event whose key it was, or -1 for the request's key.
    /// <c>null</c> when there was no conflict.
    /// </summary>
    public int? ConflictIndex { get; init; }
}
