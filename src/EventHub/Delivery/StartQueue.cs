namespace EventHub.Delivery;

/// <summary>Dispatches that may be attempted as far as their lane is concerned: now, or when they are due.</summary>
internal sealed class StartQueue
{
    private readonly Queue<Dispatch> _ready = new();
    private readonly PriorityQueue<Dispatch, (long DueAt, long Sequence)> _notDue = new();

    /// <summary>When the next one becomes due; <see cref="long.MaxValue"/>: none waits for its time.</summary>
    public long NextDue => _notDue.TryPeek(out _, out var due) ? due.DueAt : long.MaxValue;

    public void Add(Dispatch dispatch)
    {
        if (dispatch.DueAt == 0) _ready.Enqueue(dispatch);
        else _notDue.Enqueue(dispatch, (dispatch.DueAt, dispatch.Sequence));
    }

    /// <summary>Notes the time: what has become due is ready from now on.</summary>
    public void Advance(long now)
    {
        while (_notDue.TryPeek(out _, out var due) && due.DueAt <= now) _ready.Enqueue(_notDue.Dequeue());
    }

    /// <summary>The next one that is ready. One that ended without its turn (expired) is passed over.</summary>
    public Dispatch? Peek()
    {
        while (_ready.TryPeek(out var dispatch))
        {
            if (dispatch.Stage == DispatchStage.Waiting) return dispatch;
            _ready.Dequeue();
        }

        return null;
    }

    public Dispatch Take() => _ready.Dequeue();
}
