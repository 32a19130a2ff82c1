using EventHub.Delivery.Destinations;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Simulation;

/// <summary>
/// Holds the invariants of the design against everything that happens, with a model of its own: plain lists, and the log and journal as they are
/// on disk. The numbers are those of the design.
/// </summary>
internal sealed class SimChecker(SimWorld world)
{
    private readonly Dictionary<(int Subscription, string Lane), (SimNode Node, string DispatchId)> _inFlight = [];
    private readonly HashSet<(SimNode Node, string DispatchId)> _running = [];
    private readonly HashSet<string> _requested = [];
    private readonly HashSet<string> _completed = [];
    private readonly List<(Guid Id, long Sequence)> _accepted = [];

    public int Attempts { get; private set; }

    /// <summary>The first invariant that did not hold.</summary>
    public string? Violation { get; private set; }

    /// <summary>A publisher was told its event is durable (1).</summary>
    public void Accepted(Guid id, long sequence) => _accepted.Add((id, sequence));

    public async Task AttemptStartedAsync(SimNode node, DeliveryRequest request)
    {
        Attempts++;
        var key = KeyOf(request);
        world.Trace($"{node.Context}: {request.DispatchId} ({request.Subscription.Name}, sequence {request.Event.Sequence}) attempt {request.Attempt} starts");
        var version = VersionAt(key.Subscription, request.Event.Sequence);
        var delivery = version.Subscription.Delivery;
        if (delivery.Guarantee == DeliveryGuarantee.AtMostOnce)
        {
            Require(_requested.Add(request.DispatchId), $"(6) at most once: a second request of {request.DispatchId}");
        }

        Require(!_running.Any(r => r.DispatchId == request.DispatchId), $"{request.DispatchId} is in flight twice");
        _running.Add((node, request.DispatchId));
        var records = await world.Disk.Journal.QueryAsync(new DispatchQuery { SubscriptionKey = key.Subscription, Limit = int.MaxValue }, default);
        Require(!records.Any(r => r.Key == key && r.Status != DispatchStatus.Ongoing), $"(5) {request.DispatchId} has a result and is attempted again");
        if (LaneOf(key, delivery, request.Event) is not { } lane) return;
        Require(_inFlight.TryAdd((key.Subscription, lane), (node, request.DispatchId)), $"(7) lane {lane} of {request.Subscription.Name} is in flight twice");
        if (key.Generation != 0) return;
        foreach (var older in Expected(key.Subscription))
        {
            if (older.Sequence >= key.Sequence) break;
            if (LaneOf(VersionAt(key.Subscription, older.Sequence).Subscription.Delivery, older) != lane) continue;
            Require(
                records.Any(r => r.Key.Sequence == older.Sequence && r.Key.Generation == 0 && r.Status != DispatchStatus.Ongoing),
                $"(7) lane {lane} of {request.Subscription.Name}: sequence {key.Sequence} starts while {older.Sequence} has not ended");
        }
    }

    public void Answered(DeliveryRequest request, AttemptKind kind)
    {
        if (kind is AttemptKind.Complete or AttemptKind.Ignored) _completed.Add(request.DispatchId);
    }

    public void AttemptEnded(SimNode node, DeliveryRequest request)
    {
        _running.Remove((node, request.DispatchId));
        foreach (var (lane, attempt) in _inFlight.ToList())
        {
            if (attempt.Node == node && attempt.DispatchId == request.DispatchId) _inFlight.Remove(lane);
        }
    }

    /// <summary>What a killed or stopped node had in flight is with the receiver: nobody can know of it, and it does not count as in flight any more.</summary>
    public void Killed(SimNode node)
    {
        foreach (var (lane, attempt) in _inFlight.ToList())
        {
            if (attempt.Node == node) _inFlight.Remove(lane);
        }

        _running.RemoveWhere(r => r.Node == node);
    }

    /// <summary>After each settlement: the worker held the lease (9), and the floor passed nothing that is neither ended nor persisted (8).</summary>
    public async Task SettledAsync(Settlement settlement, long token)
    {
        world.Leases.Settled(settlement);
        var lease = world.Leases.Newest(settlement.SubscriptionKey, settlement.Partition);
        Require(token == lease?.Token, $"(9) a worker with token {token} committed for partition {settlement.Partition} of subscription {settlement.SubscriptionKey}, whose lease is {lease}");
        var partitions = Versions(settlement.SubscriptionKey).Single(v => v.Version == lease!.Value.Layout).Subscription.Delivery.Partitions;
        foreach (var floor in settlement.Floors)
        {
            if (floor.Generation != 0) continue;
            var records = await world.Disk.Journal.QueryAsync(new DispatchQuery { SubscriptionKey = settlement.SubscriptionKey, Limit = int.MaxValue }, default);
            var known = records.Where(r => r.Key.Generation == 0).Select(r => r.Key.Sequence).ToHashSet();
            foreach (var item in Expected(settlement.SubscriptionKey))
            {
                if (item.Sequence > floor.Floor) break;
                var lane = LaneOf(VersionAt(settlement.SubscriptionKey, item.Sequence).Subscription.Delivery, item);
                if (Partitions.Of(lane, item.Sequence, partitions) != settlement.Partition) continue;
                Require(known.Contains(item.Sequence), $"(8) floor {floor.Floor} of subscription {settlement.SubscriptionKey} passed {item.Sequence}, which has neither ended nor is an exception");
            }
        }
    }

    /// <summary>The first dispatch owed that has not ended; <c>null</c> when every one has.</summary>
    public async Task<string?> FirstOwedAsync()
    {
        foreach (var current in Current())
        {
            if (current.IsDeleted) continue;
            var records = await world.Disk.Journal.QueryAsync(new DispatchQuery { SubscriptionKey = current.Key, Limit = int.MaxValue }, default);
            if (records.FirstOrDefault(r => r.Status == DispatchStatus.Ongoing) is { } ongoing) return $"{ongoing.Key}, ongoing";
            var ended = records.Where(r => r.Key.Generation == 0).Select(r => r.Key.Sequence).ToHashSet();
            if (Expected(current.Key).Find(e => !ended.Contains(e.Sequence)) is { } missing) return $"sequence {missing.Sequence} for subscription {current.Key}, not begun";
        }

        return null;
    }

    /// <summary>The end: log, routing and results against the model.</summary>
    public async Task FinishAsync()
    {
        var events = (await world.Disk.Log.ReadAsync(0, int.MaxValue, long.MaxValue, null, default)).Events;
        for (var i = 0; i < events.Count; i++) Require(events[i].Sequence == i + 1, $"(2) sequence {events[i].Sequence} stands in place {i + 1}");
        foreach (var (id, sequence) in _accepted) Require(sequence <= events.Count && events[(int)sequence - 1].Id == id, $"(1) event {id} was accepted at {sequence} and is not there");
        foreach (var group in world.KeysUsed.GroupBy(k => k.Key))
        {
            var payload = group.Key;
            Require(events.Count(e => System.Text.Encoding.UTF8.GetString(e.Payload.Span) == $"\"{payload}\"") <= 1, $"(3) key {payload} made two events");
        }

        foreach (var current in Current())
        {
            var records = await world.Disk.Journal.QueryAsync(new DispatchQuery { SubscriptionKey = current.Key, Limit = int.MaxValue }, default);
            var expected = Expected(current.Key).Select(e => e.Sequence).ToHashSet();
            foreach (var record in records.Where(r => r.Key.Generation == 0))
            {
                Require(expected.Contains(record.Key.Sequence), $"(4) subscription {current.Key} got {record.Key.Sequence}, which is not its");
                var id = EventHub.Journal.DispatchId.Format(record.EventId, record.Key);
                if (record.Status == DispatchStatus.Complete) Require(_completed.Contains(id), $"{id} is complete and was never answered so");
            }

            if (!current.IsDeleted) Require(expected.Count == records.Count(r => r.Key.Generation == 0 && r.Status != DispatchStatus.Ongoing), $"(5) subscription {current.Key}: {expected.Count} owed, {records.Count} ended");
        }
    }

    /// <summary>The events that are a subscription's (4), by the versions on disk, in order.</summary>
    private List<Event> Expected(int subscription)
    {
        var versions = Versions(subscription);
        var expected = new List<Event>();
        foreach (var item in world.Committed)
        {
            var version = versions.LastOrDefault(v => v.EffectiveAfter < item.Sequence);
            if (version is null or { IsDeleted: true } || !version.Subscription.Active) continue;
            if (version.Subscription.Events.Any(p => p == "*" || p == item.Type)) expected.Add(item);
        }

        return expected;
    }

    private DispatchKey KeyOf(DeliveryRequest request)
    {
        Require(EventHub.Journal.DispatchId.TryParse(request.DispatchId, out _, out var subscription, out var generation), $"'{request.DispatchId}' is not a dispatch id");
        return new DispatchKey(request.Event.Sequence, subscription, generation);
    }

    /// <summary>Replays and redrives go by the newest ordering key, which may be another at any time: they are held to an order only when it never was.</summary>
    private string? LaneOf(DispatchKey key, DeliverySettings delivery, Event item) =>
        key.Generation == 0 || Versions(key.Subscription).TrueForAll(v => v.Subscription.Delivery.OrderingKey is not null) ? LaneOf(delivery, item) : null;

    private static string? LaneOf(DeliverySettings delivery, Event item) => delivery.OrderingKey is null ? null : item.UserId;

    private SubscriptionVersion VersionAt(int subscription, long sequence) => Versions(subscription).Last(v => v.EffectiveAfter < sequence);

    private List<SubscriptionVersion> Versions(int subscription) => world.Versions.FindAll(v => v.Key == subscription);

    private List<SubscriptionVersion> Current() => [.. world.Versions.GroupBy(v => v.Key).Select(g => g.MaxBy(v => v.Version)!)];

    /// <summary>Noted as well as thrown: the engine takes what a destination throws for a failed attempt.</summary>
    private void Require(bool holds, string what)
    {
        if (holds) return;
        Violation ??= what;
        throw new InvariantException(what);
    }
}
