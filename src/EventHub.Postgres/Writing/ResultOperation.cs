namespace EventHub.Postgres.Writing;

/// <summary>A write whose caller waits for a result.</summary>
internal abstract class ResultOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public Task<T> Task => _completion.Task;

    /// <summary>Tells the caller the result; after the commit.</summary>
    public void Complete(T result)
    {
        _registration.Dispose();
        _completion.TrySetResult(result);
    }

    public override void Fail(Exception exception)
    {
        _registration.Dispose();
        _completion.TrySetException(exception);
    }

    /// <summary>The token no longer matters: the queue did not take it.</summary>
    public void StopListening() => _registration.Dispose();

    /// <summary>From here on the token withdraws it while it waits.</summary>
    public void ListenTo(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var operation = (ResultOperation<T>)state!;
                if (operation.TryWithdraw()) operation._completion.TrySetCanceled(token);
            },
            this);
    }
}
