namespace EventHub.Postgres.Writing;

/// <summary>
/// One write waiting for, or taken up by, a writer. Cancelled while it waits it does nothing; once taken up it finishes.
/// </summary>
internal abstract class WriteOperation
{
    private const int Waiting = 0;
    private const int TakenUp = 1;
    private const int Withdrawn = 2;
    private int _state;

    /// <summary>Roughly how many rows it writes; bounds a transaction.</summary>
    public virtual int Rows => 1;

    /// <summary>Roughly how many bytes it writes; bounds a transaction and the queue.</summary>
    public virtual long Bytes => 256;

    /// <summary>Whether it may share a transaction with those taken up before it.</summary>
    public abstract bool CanJoin(IReadOnlyList<WriteOperation> taken);

    /// <summary>Tells the caller why there is no result.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>The writer takes it up; false when its caller has cancelled.</summary>
    public bool TryTakeUp() => Interlocked.CompareExchange(ref _state, TakenUp, Waiting) == Waiting;

    /// <summary>The caller cancels; false when it has been taken up.</summary>
    protected bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;
}
