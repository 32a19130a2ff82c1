namespace EventHub.Sqlite.Writing;

/// <summary>A write whose caller waits for a result.</summary>
/// <param name="answersOnWriter">The caller goes on on the writer's thread: it must not block there.</param>
internal abstract class ResultOperation<T>(bool answersOnWriter = false) : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(answersOnWriter ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    /// <summary>Set by <see cref="WriteOperation.Execute"/>.</summary>
    protected T Result { get; set; } = default!;

    public Task<T> Task => _completion.Task;

    public override void Complete()
    {
        _registration.Dispose();
        _completion.TrySetResult(Result);
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
