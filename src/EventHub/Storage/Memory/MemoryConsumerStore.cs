namespace EventHub.Storage.Memory;

/// <summary>The consumers of the memory store.</summary>
internal sealed class MemoryConsumerStore(MemoryState state) : IConsumerStore
{
    public ValueTask<(ConsumerRecord Consumer, bool IsNew)> SaveAsync(ConsumerChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return state.Run(() => Save(change), cancellationToken);
    }

    public ValueTask<ConsumerRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        state.Run(() => state.Consumers.TryGetValue(name, out var found) ? Now(found) : null, cancellationToken);

    public ValueTask<IReadOnlyList<ConsumerRecord>> ListAsync(CancellationToken cancellationToken) =>
        state.Run<IReadOnlyList<ConsumerRecord>>(() => [.. state.Consumers.Values.Select(Now)], cancellationToken);

    public ValueTask<ConsumerOutcome?> ClaimAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        return state.Run(() => Claim(name, holder, duration), cancellationToken);
    }

    public ValueTask<ConsumerOutcome?> MoveAsync(ConsumerMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        return state.Run(() => Move(move), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => state.Run(() => state.Consumers.Remove(name), cancellationToken);

    private (ConsumerRecord Consumer, bool IsNew) Save(ConsumerChange change)
    {
        var isNew = !state.Consumers.TryGetValue(change.Name, out var found);
        var cursor = Math.Clamp(change.StartAfter ?? state.Events.Head, 0, state.Events.Head);
        found = isNew
            ? new ConsumerRecord { Name = change.Name, Events = [.. change.Events], Start = change.Start, Cursor = cursor, CreatedAt = change.Now, UpdatedAt = change.Now }
            : found! with { Events = [.. change.Events], UpdatedAt = change.Now };
        state.Consumers[change.Name] = found;
        return (Now(found), isNew);
    }

    private ConsumerOutcome? Claim(string name, string holder, TimeSpan duration)
    {
        if (!state.Consumers.TryGetValue(name, out var found)) return null;
        var now = Now(found);
        if (now.Holder is not null && now.Holder != holder) return new ConsumerOutcome(ConsumerStatus.Held, now);
        found = state.Consumers[name] = found with { Holder = holder, HeldUntil = state.Now + duration };
        return new ConsumerOutcome(ConsumerStatus.Done, Now(found));
    }

    private ConsumerOutcome? Move(ConsumerMove move)
    {
        if (!state.Consumers.TryGetValue(move.Name, out var found)) return null;
        var now = Now(found);
        if (now.Holder is not null && now.Holder != move.Holder) return new ConsumerOutcome(ConsumerStatus.Held, now);
        if ((move.IsForwardOnly && now.Cursor > move.To) || (move.From is { } from && from != now.Cursor)) return new ConsumerOutcome(ConsumerStatus.Moved, now);
        found = state.Consumers[move.Name] = found with { Cursor = Math.Clamp(move.To, 0, state.Events.Head) };
        return new ConsumerOutcome(ConsumerStatus.Done, Now(found));
    }

    /// <summary>As it stands by the clock: a lease that expired is nobody's.</summary>
    private ConsumerRecord Now(ConsumerRecord consumer) => consumer.HeldUntil > state.Now ? consumer : consumer with { Holder = null, HeldUntil = null };
}
