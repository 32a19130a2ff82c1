using EventHub.Events;
using EventHub.Log;

namespace EventHub.Consumers;

/// <summary>The answer to a client of a consumer.</summary>
/// <param name="Result">Whether it was done.</param>
/// <param name="Consumer">The consumer as it stands now; <c>null</c> when there is none.</param>
public sealed record ConsumerAnswer(ConsumerResult Result, ConsumerInfo? Consumer)
{
    /// <summary>The events after the cursor that were asked for.</summary>
    public IReadOnlyList<Event> Events { get; init; } = [];

    /// <summary>Set when events after the cursor were removed before they were acknowledged.</summary>
    public StreamReset? Reset { get; init; }
}
