namespace EventHub.Consumers;

/// <summary>A consumer whose events are handled in the hub's process.</summary>
/// <param name="Name">The consumer's name.</param>
/// <param name="Events">Patterns over event types, at least one.</param>
/// <param name="Handler">Handles them.</param>
public sealed record ConsumerRegistration(string Name, IReadOnlyList<string> Events, ConsumerHandler Handler)
{
    /// <summary>Where it begins when it is new: <c>now</c>, <c>beginning</c>, a sequence or a time. Default <c>now</c>.</summary>
    public string Start { get; init; } = "now";

    /// <summary>Events handled, and acknowledged, at a time; from 1 to 1000, and not many more than 4 MiB. Default 100.</summary>
    public int MaxBatch { get; init; } = 100;
}
