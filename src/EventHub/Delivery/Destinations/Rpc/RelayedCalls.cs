using EventHub.Storage.Relay;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>
/// The calls this hub makes of others. A call that was not taken in time is withdrawn, and then no client got the event; one that was taken is waited for
/// until the attempt is over or the hub that took it is gone.
/// </summary>
internal sealed class RelayedCalls(TimeProvider time, Action wake)
{
    /// <summary>How long a hub has to take a call. One that is there takes it within milliseconds, or within its poll interval.</summary>
    private static readonly TimeSpan s_takeTime = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of events in one round, beyond the first event.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, RelayedCall> _open = [];
    private readonly List<long> _withdraw = [];
    private long _lastNumber;

    /// <summary>Whether an answer is waited for.</summary>
    public bool IsAnyOpen
    {
        get
        {
            lock (_lock) return _open.Count > 0;
        }
    }

    /// <summary>Makes a call and waits for what becomes of it; <c>null</c>: nobody took it.</summary>
    public async ValueTask<RelayAnswer?> CallAsync(string node, string name, ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        var takeTime = limit / 2 < s_takeTime ? limit / 2 : s_takeTime;
        RelayedCall call;
        lock (_lock)
        {
            call = new RelayedCall(new RelayCall(node, ++_lastNumber, name, item, takeTime, limit), time.GetTimestamp());
            _open.Add(_lastNumber, call);
        }

        wake();
        try
        {
            try
            {
                return await call.Answer.Task.WaitAsync(takeTime, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                Withdraw(call);
                return await call.Answer.Task.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            lock (_lock)
            {
                // Given up: it is not to be taken any more either, where that can still be helped.
                if (_open.Remove(call.Call.Number) && call.IsSent && !call.Answer.Task.IsCompleted) _withdraw.Add(call.Call.Number);
            }

            wake();
        }
    }

    /// <summary>Calls that were not handed over yet, as many as go into a round.</summary>
    public IReadOnlyList<RelayCall> TakeNew()
    {
        lock (_lock)
        {
            var taken = new List<RelayCall>();
            var bytes = 0;
            foreach (var call in _open.Values.Where(call => !call.IsSent))
            {
                bytes += call.Call.Item.Length;
                if (taken.Count > 0 && (bytes > MaxBytes || taken.Count == RelayIntake.MaxCalls))
                {
                    wake();
                    break;
                }

                var left = call.Call.AnswerWithin - time.GetElapsedTime(call.MadeAt);
                var leftToBegin = call.Call.BeginWithin - time.GetElapsedTime(call.MadeAt);
                if (leftToBegin <= TimeSpan.Zero) continue; // withdrawn any moment
                call.IsSent = true;
                taken.Add(call.Call with { BeginWithin = leftToBegin, AnswerWithin = left });
            }

            return taken;
        }
    }

    /// <summary>Numbers of calls to withdraw.</summary>
    public IReadOnlyList<long> TakeWithdrawn()
    {
        lock (_lock)
        {
            var withdrawn = _withdraw.ToList();
            _withdraw.Clear();
            return withdrawn;
        }
    }

    /// <summary>A round failed.</summary>
    /// <param name="calls">What went with it.</param>
    /// <param name="withdrawn">What was to be withdrawn.</param>
    /// <param name="isUnknown">Whether it may have been made all the same. Whoever waits for the calls then finds out by withdrawing them.</param>
    public void NotExchanged(IReadOnlyList<RelayCall> calls, IReadOnlyList<long> withdrawn, bool isUnknown)
    {
        lock (_lock)
        {
            _withdraw.AddRange(withdrawn);
            if (isUnknown) return;
            foreach (var call in calls)
            {
                if (_open.TryGetValue(call.Number, out var open)) open.IsSent = false;
            }
        }
    }

    /// <summary>A round was made.</summary>
    /// <param name="intake">What came of it.</param>
    /// <param name="withdrawn">What was to be withdrawn.</param>
    /// <param name="before">The hubs there were after the round before: one that is missing in both is gone.</param>
    public void Exchanged(RelayIntake intake, IReadOnlyList<long> withdrawn, IReadOnlyDictionary<string, long> before)
    {
        lock (_lock)
        {
            foreach (var answer in intake.Answers)
            {
                if (_open.TryGetValue(answer.Number, out var call)) call.Answer.TrySetResult(answer);
            }

            foreach (var number in intake.Withdrawn)
            {
                if (_open.TryGetValue(number, out var call)) call.Answer.TrySetResult(null);
            }

            foreach (var number in withdrawn)
            {
                if (_open.TryGetValue(number, out var call)) call.IsTaken = true;
            }

            foreach (var call in _open.Values.Where(call => call.IsTaken && !intake.Nodes.ContainsKey(call.Call.Node) && !before.ContainsKey(call.Call.Node)))
            {
                call.Answer.TrySetResult(new RelayAnswer(call.Call.Node, call.Call.Number, RelayAnswerKind.Lost));
            }
        }
    }

    private void Withdraw(RelayedCall call)
    {
        lock (_lock)
        {
            if (call.IsSent) _withdraw.Add(call.Call.Number);
            else call.Answer.TrySetResult(null);
        }

        wake();
    }
}
