using System.Collections.Concurrent;

namespace EventHub.Soak.Crashes;

/// <summary>What the publishers know: what was accepted as what, what was refused; of everything else they sent, nothing.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<int, (Guid Id, long Sequence)> _accepted = new();
    private readonly ConcurrentDictionary<int, string> _refused = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private int _numbers;
    private int _replays;

    /// <summary>Events were sent up to this number.</summary>
    public int LastNumber => Volatile.Read(ref _numbers);

    public IReadOnlyDictionary<int, (Guid Id, long Sequence)> Accepted => _accepted;

    /// <summary>Answered 503 and not sent again: must not be in the log.</summary>
    public IReadOnlyDictionary<int, string> Refused => _refused;

    /// <summary>Batches, as they were sent: each is in the log as a whole or not at all.</summary>
    public ConcurrentQueue<IReadOnlyList<int>> Batches { get; } = new();

    /// <summary>Answers that said "this event exists already".</summary>
    public int Replays => Volatile.Read(ref _replays);

    public IReadOnlyCollection<string> Violations => _violations;

    public int NextNumber() => Interlocked.Increment(ref _numbers);

    public void Accept(int number, Guid id, long sequence, bool isReplay, bool mayBeReplay)
    {
        if (isReplay) Interlocked.Increment(ref _replays);
        if (isReplay && !mayBeReplay) Violate($"event {number} was sent once and answered as existing already");
        if (!_accepted.TryAdd(number, (id, sequence)) && _accepted[number] != (id, sequence))
            Violate($"event {number} was accepted as {_accepted[number]} and again as {(id, sequence)}");
    }

    public void Refuse(int number, string why) => _refused[number] = why;

    public void Violate(string violation) => _violations.Enqueue(violation);
}
