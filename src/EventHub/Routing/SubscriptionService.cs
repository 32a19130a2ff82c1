using EventHub.Publishing;
using EventHub.Storage;

namespace EventHub.Routing;

/// <summary>Creates, changes and deletes subscriptions; each change is committed in order with appends and in effect at a sequence.</summary>
public sealed class SubscriptionService
{
    private readonly IHubStore _store;
    private readonly SubscriptionRegistry _registry;
    private readonly EventIdGenerator _ids;
    private readonly TimeProvider _time;
    private readonly ServedNames _served;

    internal SubscriptionService(IHubStore store, SubscriptionRegistry registry, EventIdGenerator ids, TimeProvider time)
    {
        _store = store;
        _registry = registry;
        _ids = ids;
        _time = time;
        _served = new ServedNames(registry);
    }

    /// <summary>Current subscriptions (deleted ones left out), in order of creation.</summary>
    public IReadOnlyList<SubscriptionVersion> List() => [.. _registry.Histories.Values.Where(h => !h.IsDeleted).Select(h => h.Current)];

    /// <summary>The current version, or <c>null</c>.</summary>
    public SubscriptionVersion? Find(string id) => _registry.Find(id) is { IsDeleted: false } history ? history.Current : null;

    /// <summary>Creates a subscription. Durable on return, and routing the next event.</summary>
    /// <param name="subscription">Id, CreatedAt and UpdatedAt are set here (an empty Id gets a UUIDv7).</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The first version, or errors when it does not validate, its id is taken, or its <see cref="Subscription.Start"/> cannot be resolved.</returns>
    public async ValueTask<(SubscriptionVersion? Version, IReadOnlyList<FieldError> Errors)> CreateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var now = Milliseconds(_time.GetUtcNow());
        var created = _served.Mark(subscription) with { Id = subscription.Id.Length > 0 ? subscription.Id : _ids.Next(now).ToString(), CreatedAt = now, UpdatedAt = now };
        if (SubscriptionValidator.Validate(created) is { Count: > 0 } errors) return (null, errors);
        var change = new SubscriptionChange { Subscription = created, ExpectedVersion = 0, StartAfter = await StartAfterAsync(created.Start, cancellationToken) };
        var version = await _store.Dispatches.SaveSubscriptionAsync(change, cancellationToken);
        return version is null ? (null, [new FieldError("id", $"'{created.Id}' is taken")]) : (version, []);
    }

    /// <summary>Changes a subscription; the change function may run again when somebody else changed it meanwhile. A change that changes nothing makes no new version.</summary>
    /// <returns>The new version, <c>null</c> when there is no such subscription, or the errors of the changed one.</returns>
    public async ValueTask<(SubscriptionVersion? Version, IReadOnlyList<FieldError> Errors)> UpdateAsync(
        string id, Func<Subscription, Subscription> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (Find(id) is { } current)
        {
            var changed = _served.Mark(change(current.Subscription)) with { Id = id, CreatedAt = current.Subscription.CreatedAt, UpdatedAt = current.Subscription.UpdatedAt };
            if (SubscriptionValidator.Validate(changed) is { Count: > 0 } errors) return (null, errors);
            if (changed.ToStoredJson().AsSpan().SequenceEqual(current.Subscription.ToStoredJson())) return (current, []);
            changed = changed with { UpdatedAt = Milliseconds(_time.GetUtcNow()) };
            var isNewLayout = Partitions.IsNewLayout(current.Subscription.Delivery, changed.Delivery);
            var request = new SubscriptionChange { Subscription = changed, ExpectedVersion = current.Version, IsNewLayout = isNewLayout };
            if (await _store.Dispatches.SaveSubscriptionAsync(request, cancellationToken) is { } version) return (version, []);
        }

        return (null, []);
    }

    /// <summary>Deletes a subscription: nothing more is delivered for it. False when there is none.</summary>
    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        while (Find(id) is { } current)
        {
            var change = new SubscriptionChange { Subscription = current.Subscription, ExpectedVersion = current.Version, IsDelete = true };
            if (await _store.Dispatches.SaveSubscriptionAsync(change, cancellationToken) is not null) return true;
        }

        return false;
    }

    /// <summary>
    /// Takes note that a client serves a name: deliveries to an <see cref="RpcDestination"/> of that name wait for a client from now on, also when the hub
    /// is started again. Durable on return for the subscriptions there are.
    /// </summary>
    public async ValueTask MarkServedAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _served.Add(name);
        foreach (var version in List())
        {
            if (version.Subscription.Destination is not RpcDestination { IsServed: false } rpc || rpc.Name != name) continue;
            await UpdateAsync(
                version.Subscription.Id,
                current => current.Destination is RpcDestination same && same.Name == name ? current with { Destination = same with { IsServed = true } } : current,
                cancellationToken);
        }
    }

    /// <summary>Delivers a range of the log again, by the subscription's present filter, active or not at the time.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="fromSequence">First sequence, from 1.</param>
    /// <param name="untilSequence">Last sequence; capped at the head.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The track (each partition has one), <c>null</c> when there is no such subscription.</returns>
    public async ValueTask<Track?> ReplayAsync(string id, long fromSequence, long untilSequence, CancellationToken cancellationToken) =>
        Find(id) is { } current ? await _store.Journal.AddTrackAsync(current.Key, fromSequence - 1, untilSequence, cancellationToken) : null;

    /// <summary>The sequence after which a subscription gets events; <c>null</c>: the head at the commit.</summary>
    private async ValueTask<long?> StartAfterAsync(string start, CancellationToken cancellationToken)
    {
        if (!SubscriptionStart.TryParse(start, out var parsed)) throw new ArgumentException($"'{start}' was not validated", nameof(start));
        if (parsed.IsNow) return null;
        if (parsed.Sequence is { } sequence) return Math.Max(0, sequence - 1);
        return parsed.Time is { } time ? await _store.Log.FindSequenceBeforeAsync(time, cancellationToken) : 0;
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
