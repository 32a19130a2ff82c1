namespace EventHub.Postgres.Writing;

/// <summary>An <see cref="OrderedOperation{T}"/>, whatever its result.</summary>
internal interface IOrderedOperation
{
    Task ExecuteAsync(OrderedTransaction transaction);

    /// <summary>Tells the caller the result; after the commit.</summary>
    void Complete();
}
