namespace EventHub.Benchmarks.Peers;

/// <summary>Something that events are published to, and one consumer gets them from, acknowledging what it got.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Publishes that may be unanswered at a time.</summary>
    const int InFlight = 64;

    string Name { get; }

    /// <summary>What the answer to a publish promises.</summary>
    string Durability { get; }

    /// <summary>Publishes, at most 64 unanswered at a time, and waits until all is consumed.</summary>
    /// <param name="perSecond">At random times, so many a second; <c>null</c>: as fast as they are answered.</param>
    /// <param name="duration">How long.</param>
    Task<BrokerRun> RunAsync(double? perSecond, TimeSpan duration);
}
