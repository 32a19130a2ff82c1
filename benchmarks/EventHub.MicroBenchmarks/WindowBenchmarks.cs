using BenchmarkDotNet.Attributes;
using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Storage;

namespace EventHub.MicroBenchmarks;

/// <summary>What the state machine of a subscription takes for a dispatch that goes well: offered, started, ended, committed; 64 at a time.</summary>
public class WindowBenchmarks
{
    private const int Batch = 64;
    private static readonly AttemptOutcome s_outcome = new(AttemptKind.Complete, 200);
    private static readonly DateTimeOffset s_wall = DateTimeOffset.UnixEpoch;
    private readonly string?[] _lanes = new string?[100];
    private readonly List<Dispatch> _started = [];
    private DispatchWindow _window = null!;
    private long _sequence;

    [Params("no order", "by key, 100 keys")]
    public string Order { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        if (Order != "no order")
        {
            for (var i = 0; i < _lanes.Length; i++) _lanes[i] = $"org-{i:D4}";
        }

        var settings = new WindowSettings { Concurrency = Batch, Capacity = 4 * Batch, MaxExceptions = 1000, IsPaused = false, RateLimit = null };
        _window = new DispatchWindow(1, settings, new Breaker(100, 1000));
        _window.AddTrack(new Track(0, 0, null));
        _sequence = 0;
    }

    [Benchmark(Description = "a dispatch through the window", OperationsPerInvoke = Batch)]
    public int Deliver()
    {
        for (var i = 0; i < Batch; i++)
        {
            _sequence++;
            _window.Offer(0, _sequence, _lanes[_sequence % _lanes.Length], 0, isAtMostOnce: false);
        }

        while (_window.TryStart(0) is { } dispatch) _started.Add(dispatch);
        foreach (var dispatch in _started) _window.Ended(new EndedAttempt(dispatch, null, s_outcome, s_wall, TimeSpan.Zero), Verdict.End(DispatchStatus.Complete), 0, s_wall);
        var count = _started.Count;
        _started.Clear();
        var commit = _window.TakeCommit(true, 0, s_wall);
        _window.Committed();
        return commit!.Results.Count == Batch && _window.Count == 0 ? count : throw new InvalidOperationException($"{commit.Results.Count} results");
    }
}
