using EventHub.Publishing;
using EventHub.Storage;

namespace EventHub.Routing;

/// <summary>Creates, changes and deletes subscriptions; each change is committed in order with appends and in effect at a sequence.</summary>
public sealed class SubscriptionService
{
    /// <summary>Current subscriptions (deleted ones left out), in order of creation.</summary>
    public IReadOnlyList<SubscriptionVersion> List() => throw new NotSupportedException();

    /// <summary>The current version, or <c>null</c>.</summary>
    public SubscriptionVersion? Find(string id) => throw new NotSupportedException();

    /// <summary>Creates a subscription. Durable on return, and routing the next event.</summary>
    /// <param name="subscription">Already checked with <see cref="SubscriptionValidator.Validate"/>; Id, CreatedAt and UpdatedAt are set here (an empty Id gets a UUIDv7).</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The first version, or errors when its <see cref="Subscription.Start"/> cannot be resolved or it does not validate.</returns>
    public ValueTask<(SubscriptionVersion? Version, IReadOnlyList<FieldError> Errors)> CreateAsync(Subscription subscription, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Changes a subscription; the change function may run again when somebody else changed it meanwhile. A change that changes nothing makes no new version.</summary>
    /// <returns>The new version, <c>null</c> when there is no such subscription, or the errors of the changed one.</returns>
    public ValueTask<(SubscriptionVersion? Version, IReadOnlyList<FieldError> Errors)> UpdateAsync(string id, Func<Subscription, Subscription> change, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Deletes a subscription: nothing more is delivered for it. False when there is none.</summary>
    public ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Delivers a range of the log again, by the subscription's present filter, active or not at the time.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="fromSequence">First sequence, from 1.</param>
    /// <param name="untilSequence">Last sequence; capped at the head.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The track, <c>null</c> when there is no such subscription.</returns>
    public ValueTask<Track?> ReplayAsync(string id, long fromSequence, long untilSequence, CancellationToken cancellationToken) => throw new NotSupportedException();
}
