namespace EventHub.Publishing;

/// <summary>The one way in: every publish path meets here. Validates, dedupes, admits, appends.</summary>
public sealed class Publisher
{
    /// <summary>Publishes one event; durable to the store's level when accepted. Cancelled before it was taken up: nothing happened; after: it finishes.</summary>
    public ValueTask<PublishResult> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Publishes 1 to 1000 events, all or none.</summary>
    /// <param name="newEvents">In order; each may have its own key.</param>
    /// <param name="idempotencyKey">Covers the batch: a repeat gets the original answers.</param>
    /// <param name="cancellationToken">As for <see cref="PublishAsync"/>.</param>
    public ValueTask<PublishResult> PublishBatchAsync(IReadOnlyList<NewEvent> newEvents, string? idempotencyKey, CancellationToken cancellationToken) => throw new NotSupportedException();
}
