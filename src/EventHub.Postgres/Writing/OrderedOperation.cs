namespace EventHub.Postgres.Writing;

/// <summary>A write that takes its place in the order of appends: alone in its transaction, holding the log row.</summary>
internal abstract class OrderedOperation<T> : ResultOperation<T>, IOrderedOperation
{
    private T _result = default!;

    public sealed override bool CanJoin(IReadOnlyList<WriteOperation> taken) => false;

    public async Task ExecuteAsync(OrderedTransaction transaction) => _result = await RunAsync(transaction).ConfigureAwait(false);

    public void Complete() => Complete(_result);

    /// <summary>Does the work. What it throws rolls the transaction back.</summary>
    protected abstract Task<T> RunAsync(OrderedTransaction transaction);
}
