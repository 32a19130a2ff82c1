using EventHub.Sqlite;

namespace EventHub.Storage.Tests.Sqlite;

/// <summary>Holds a store's writer inside a transaction, so that what is written meanwhile waits in its queue.</summary>
public sealed class WriterGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly Task _held;

    private WriterGate(SqliteStore store, TaskCompletionSource entered) => _held = SqliteFolder.OnWriterAsync(store, _ =>
    {
        entered.TrySetResult();
        _open.Wait();
    });

    /// <summary>Completes when the writer stands still.</summary>
    public static async Task<WriterGate> CloseAsync(SqliteStore store)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new WriterGate(store, entered);
        await entered.Task;
        return gate;
    }

    /// <summary>Lets the writer go on.</summary>
    public Task OpenAsync()
    {
        _open.Set();
        return _held;
    }

    public void Dispose() => _open.Set();
}
