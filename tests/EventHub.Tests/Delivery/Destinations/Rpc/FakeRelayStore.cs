using System.Collections.Concurrent;
using EventHub.Storage;
using EventHub.Storage.Relay;

namespace EventHub.Tests.Delivery.Destinations.Rpc;

/// <summary>What one hub sees of a store others share: the test plays the others.</summary>
internal sealed class FakeRelayStore : IRelayStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, RelayCall> _waiting = [];
    private readonly List<RelayAnswer> _forHub = [];
    private readonly List<RelayCall> _callsForHub = [];
    private Action _ring = static () => { };

    /// <summary>The other hubs, and when they were heard of.</summary>
    public ConcurrentDictionary<string, long> Nodes { get; } = new();

    /// <summary>What they serve.</summary>
    public List<RelayedName> Names { get; } = [];

    /// <summary>What the hub said it serves, newest last; empty at the end when it has gone.</summary>
    public ConcurrentQueue<string> Served { get; } = new();

    /// <summary>Answers of the hub.</summary>
    public ConcurrentQueue<RelayAnswer> Answers { get; } = new();

    /// <summary>Rounds made.</summary>
    public int Rounds { get; private set; }

    /// <summary>The next round fails so.</summary>
    public StorageFailure? Fails { get; set; }

    /// <summary>Calls that nobody took yet.</summary>
    public IReadOnlyList<RelayCall> Waiting
    {
        get
        {
            lock (_lock) return [.. _waiting.Values];
        }
    }

    public void OnRing(Action ring) => _ring = ring;

    public ValueTask<bool> WasServedAsync(string name, CancellationToken cancellationToken) => new(name == "known");

    /// <summary>Another hub takes a call.</summary>
    public RelayCall? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return null;
            var call = _waiting.Values.First();
            _waiting.Remove(call.Number);
            return call;
        }
    }

    /// <summary>Another hub answers.</summary>
    public void Answer(RelayAnswer answer)
    {
        lock (_lock) _forHub.Add(answer);
        _ring();
    }

    /// <summary>Another hub calls.</summary>
    public void Call(RelayCall call)
    {
        lock (_lock) _callsForHub.Add(call);
        _ring();
    }

    public void Ring() => _ring();

    public ValueTask<RelayIntake> ExchangeAsync(RelayRound round, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Rounds++;
            if (Fails is { } failure)
            {
                Fails = null;
                throw new StorageException(failure, "as asked");
            }

            foreach (var call in round.Calls) _waiting.Add(call.Number, call);
            // Before the answers: a test that has seen one may look for what the hub serves since.
            if (round.Presence == TimeSpan.Zero) Served.Enqueue("gone");
            else if (round.Serves is { } serves) Served.Enqueue(string.Join(' ', serves.Select(entry => $"{entry.Key}:{entry.Value}").Order()));
            foreach (var answer in round.Answers) Answers.Enqueue(answer);
            var intake = new RelayIntake
            {
                Nodes = Nodes.ToDictionary(),
                Names = [.. Names.Where(name => Nodes.ContainsKey(name.Node))],
                Calls = [.. _callsForHub],
                Answers = [.. _forHub],
                Withdrawn = [.. round.Withdrawn.Where(_waiting.Remove)],
            };
            _forHub.Clear();
            _callsForHub.Clear();
            return new(intake);
        }
    }
}
