namespace EventHub.Client.Publishing;

/// <summary>An event that waits to be published, or is on its way.</summary>
internal sealed class PendingPublish(ReadOnlyMemory<byte> json, bool hasOwnKey, long calledAt)
{
    private readonly TaskCompletionSource<PublishResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isTaken;

    public ReadOnlyMemory<byte> Json => json;

    public long CalledAt => calledAt;

    public Task<PublishResult> Result => _end.Task;

    /// <summary>Sends it on its way; false when it was cancelled before.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Ends it if it is not on its way.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (TryTake()) _end.TrySetCanceled(cancellationToken);
    }

    // A key the client made can only be found used by the client's own repeat.
    public void Succeed(BatchPlace place) => _end.TrySetResult(new PublishResult(place.EventId, place.Sequence, place.Duplicate && hasOwnKey));

    public void Fail(Exception failure) => _end.TrySetException(failure);
}
