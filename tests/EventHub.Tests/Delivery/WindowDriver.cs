using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Delivery;

/// <summary>Drives a <see cref="DispatchWindow"/> as a runner does, at the time the test says.</summary>
internal sealed class WindowDriver
{
    public const int Subscription = 7;

    public WindowDriver(
        int concurrency = 100, int capacity = 100, int maxExceptions = 100, RateLimit? rateLimit = null, int breakerThreshold = 100, long breakerDelay = 1000, long floor = 0)
    {
        Settings = new WindowSettings { Concurrency = concurrency, Capacity = capacity, MaxExceptions = maxExceptions, IsPaused = false, RateLimit = rateLimit };
        Window = new DispatchWindow(Subscription, Settings, new Breaker(breakerThreshold, breakerDelay));
        Window.Configure(Settings, Now);
        Window.AddTrack(new Track(0, floor, null));
    }

    public DispatchWindow Window { get; }

    public WindowSettings Settings { get; private set; }

    /// <summary>The monotonic clock.</summary>
    public long Now { get; set; } = 10_000;

    public DateTimeOffset Wall { get; set; } = Make.Time;

    public static DispatchKey Key(long sequence, int generation = 0) => new(sequence, Subscription, generation);

    public void Configure(Func<WindowSettings, WindowSettings> change) => Window.Configure(Settings = change(Settings), Now);

    public Dispatch? Offer(long sequence, string? lane = null, long dueAt = 0, bool isAtMostOnce = false, int generation = 0) =>
        Window.Offer(generation, sequence, lane, dueAt, isAtMostOnce);

    /// <summary>Offers these, then starts what may start.</summary>
    public List<Dispatch> OfferAndStart(string? lane, params long[] sequences)
    {
        foreach (var sequence in sequences) Offer(sequence, lane);
        return Start();
    }

    /// <summary>Starts what may start now.</summary>
    public List<Dispatch> Start()
    {
        var started = new List<Dispatch>();
        while (Window.TryStart(Now) is { } dispatch) started.Add(dispatch);
        return started;
    }

    /// <summary>Sequences of what starts now.</summary>
    public IEnumerable<long> Started() => Start().Select(d => d.Sequence);

    public void End(Dispatch dispatch, DispatchStatus status = DispatchStatus.Complete, AttemptKind kind = AttemptKind.Complete) =>
        Window.Ended(Attempt(dispatch, kind), Verdict.End(status), Now, Wall);

    public void Retry(Dispatch dispatch, long wait = 1000, AttemptKind kind = AttemptKind.Failed) =>
        Window.Ended(Attempt(dispatch, kind), Verdict.Retry(wait), Now, Wall);

    public WindowCommit? Take(bool withFloors = false) => Window.TakeCommit(withFloors, Now, Wall);

    /// <summary>Takes what is to be committed, and commits it.</summary>
    public WindowCommit Commit(bool withFloors = false)
    {
        var commit = Take(withFloors);
        Assert.NotNull(commit);
        Window.Committed();
        return commit;
    }

    public void Restore(
        long sequence, string? lane = null, ExceptionState state = ExceptionState.Retrying, int attempts = 1, long dueAt = 0, bool isAtMostOnce = false, int generation = 0) =>
        Window.Restore(
            new ExceptionRecord { Key = Key(sequence, generation), State = state, Lane = lane, Attempts = attempts, DueAt = Wall }, dueAt, isAtMostOnce, Wall);

    private EndedAttempt Attempt(Dispatch dispatch, AttemptKind kind) =>
        new(dispatch, null, new AttemptOutcome(kind, Error: kind is AttemptKind.Complete or AttemptKind.Ignored ? null : "no"), Wall, TimeSpan.FromMilliseconds(5));
}
