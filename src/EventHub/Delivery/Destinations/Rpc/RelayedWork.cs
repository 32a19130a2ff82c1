using EventHub.Storage.Relay;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>What other hubs have the clients here handle, and the answers to that. There is no more of it than those hubs have attempts in flight.</summary>
internal sealed class RelayedWork(RpcHandlers handlers, TimeProvider time, Action wake)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<RelayAnswer> _answers = [];
    private volatile bool _isClosed;
    private bool _isDraining;
    private int _count;

    /// <summary>Nothing more is given to clients.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    /// <summary>Has clients handle these; the answers come later.</summary>
    /// <param name="calls">What was taken.</param>
    /// <param name="asked">When, at the earliest: the times of the calls count from there.</param>
    public void Take(IReadOnlyList<RelayCall> calls, long asked)
    {
        lock (_lock) _count += calls.Count;
        foreach (var call in calls) _ = HandleAsync(call, asked);
    }

    /// <summary>Answers to hand over.</summary>
    public IReadOnlyList<RelayAnswer> TakeAnswers()
    {
        lock (_lock)
        {
            var answers = _answers.ToList();
            _answers.Clear();
            return answers;
        }
    }

    /// <summary>They were not handed over, or perhaps not.</summary>
    public void PutBack(IReadOnlyList<RelayAnswer> answers)
    {
        lock (_lock) _answers.AddRange(answers);
    }

    /// <summary>Waits until all have been answered; those that are not by the deadline never are.</summary>
    public async Task DrainAsync(CancellationToken deadline)
    {
        lock (_lock)
        {
            _isDraining = true;
            if (_count == 0) _drained.TrySetResult();
        }

        await using (deadline.Register(static state => ((CancellationTokenSource)state!).Cancel(), _ending)) await _drained.Task;
    }

    private async Task HandleAsync(RelayCall call, long asked)
    {
        var answer = await AnswerAsync(call, asked);
        lock (_lock)
        {
            if (answer is not null) _answers.Add(answer);
            _count--;
            if (_isDraining && _count == 0) _drained.TrySetResult();
        }

        wake();
    }

    /// <summary><c>null</c>: nobody waits for it any more.</summary>
    private async Task<RelayAnswer?> AnswerAsync(RelayCall call, long asked)
    {
        var elapsed = time.GetElapsedTime(asked);
        var left = call.AnswerWithin - elapsed;
        // Too late: by now the attempt may be another hub's.
        if (IsClosed || elapsed >= call.BeginWithin || left <= TimeSpan.Zero) return new RelayAnswer(call.Node, call.Number, RelayAnswerKind.NotHanded);
        using var over = new CancellationTokenSource(left, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _ending.Token);
        try
        {
            return await handlers.HandleHereAsync(call.Name, call.Item, left, ended.Token) is { } text
                ? new RelayAnswer(call.Node, call.Number, RelayAnswerKind.Answered, text)
                : new RelayAnswer(call.Node, call.Number, RelayAnswerKind.NotHanded);
        }
        catch (RpcHandlerException e)
        {
            return new RelayAnswer(call.Node, call.Number, RelayAnswerKind.Failed, e.Message);
        }
        catch (IOException)
        {
            return new RelayAnswer(call.Node, call.Number, RelayAnswerKind.Lost);
        }
        catch (OperationCanceledException)
        {
            return over.IsCancellationRequested ? null : new RelayAnswer(call.Node, call.Number, RelayAnswerKind.Lost);
        }
    }
}
