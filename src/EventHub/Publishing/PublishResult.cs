using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Publishing;

/// <summary>What became of a publish. Expected failures are values here; exceptions are bugs and cancellation.</summary>
public sealed class PublishResult
{
    private Event?[]? _appended;

    /// <summary>What became of it.</summary>
    public required PublishStatus Status { get; init; }

    /// <summary>One per event, in order, when <see cref="PublishStatus.Accepted"/> or <see cref="PublishStatus.Duplicate"/>.</summary>
    public IReadOnlyList<AppendedEvent> Events { get; init; } = [];

    /// <summary>When accepted: the events as appended, in order (<c>null</c> in the place of a duplicate).</summary>
    public IReadOnlyList<Event?> Appended => _appended ??= [.. Sources.Zip(Events, static (source, place) => place.IsDuplicate ? null : source.At(place.Sequence))];

    /// <summary>What was appended; made into <see cref="Appended"/> only for those who ask.</summary>
    internal IReadOnlyList<Event> Sources { get; init; } = [];

    /// <summary>When <see cref="PublishStatus.Invalid"/>.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When <see cref="PublishStatus.Conflict"/>: the index of the event, or -1 for the request's own key.</summary>
    public int ConflictIndex { get; init; } = -1;

    /// <summary>Why, for people, when <see cref="PublishStatus.Unavailable"/> or <see cref="PublishStatus.QueueFull"/>.</summary>
    public string? Error { get; init; }

    /// <summary>When to try again, where that makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
