namespace EventHub.Simulation;

/// <summary>Bounds of a run's workload.</summary>
internal sealed record SimLimits
{
    public int Nodes { get; init; } = 2;

    public int Subscriptions { get; init; } = 3;

    public int EventsPerPublisher { get; init; } = 13;

    public int Changes { get; init; } = 5;

    public int Crashes { get; init; } = 3;

    /// <summary>Smaller workloads, the smallest first: the first that still fails tells the story shortest.</summary>
    public static IEnumerable<SimLimits> Smaller()
    {
        foreach (var events in new[] { 1, 2, 4, 8 })
        {
            foreach (var crashes in new[] { 0, 1, 2 })
            {
                foreach (var changes in new[] { 0, 1, 2 })
                {
                    for (var subscriptions = 1; subscriptions <= 2; subscriptions++)
                    {
                        yield return new SimLimits { Nodes = 1, Subscriptions = subscriptions, EventsPerPublisher = events, Changes = changes, Crashes = crashes };
                        yield return new SimLimits { Nodes = 2, Subscriptions = subscriptions, EventsPerPublisher = events, Changes = changes, Crashes = crashes };
                    }
                }
            }
        }
    }
}
