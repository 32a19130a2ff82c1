namespace EventHub.Storage;

/// <summary>The store could not do what was asked. Nothing of the refused operation was kept.</summary>
public sealed class StorageException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="message">What, which value, what to do.</param>
    /// <param name="inner">The driver's exception, when there is one.</param>
    public StorageException(StorageFailure failure, string message, Exception? inner = null) : base(message, inner) => Failure = failure;

    /// <summary>What went wrong.</summary>
    public StorageFailure Failure { get; }

    /// <summary>Whether the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient => Failure is StorageFailure.Busy or StorageFailure.Unavailable or StorageFailure.Closed;
}
