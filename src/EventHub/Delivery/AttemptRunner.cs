using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>Makes the attempts of one subscription and says how each ended. Every attempt is counted until it has.</summary>
internal sealed class AttemptRunner(RunnerServices services, int subscriptionKey, Action<EndedAttempt> onEnded)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Dispatch> _running = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAborted;

    /// <summary>Attempts under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _running.Count;
        }
    }

    public IReadOnlyCollection<(long Sequence, int Generation, int Attempts)> Snapshot()
    {
        lock (_lock) return [.. _running.Select(d => (d.Sequence, d.Generation, d.Attempts + 1))];
    }

    /// <summary>Begins an attempt; its end is told to the callback. After <see cref="Abort"/> it ends without having begun.</summary>
    public void Start(Dispatch dispatch, Subscription subscription)
    {
        lock (_lock)
        {
            if (!_isAborted)
            {
                dispatch.Cancellation = new CancellationTokenSource(subscription.Delivery.Timeout, services.Time);
                _running.Add(dispatch);
            }
        }

        if (dispatch.Cancellation is { } cancellation) _ = RunAsync(dispatch, subscription, cancellation);
        else onEnded(new EndedAttempt(dispatch, null, null, services.Time.GetUtcNow(), TimeSpan.Zero));
    }

    /// <summary>Stops the attempts under way: they end without an outcome.</summary>
    public void Abort()
    {
        List<Dispatch> running;
        lock (_lock)
        {
            _isAborted = true;
            running = [.. _running];
        }

        foreach (var dispatch in running)
        {
            try
            {
                dispatch.Cancellation?.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended just now.
            }
        }
    }

    /// <summary>Stops the attempts under way and waits until they have ended.</summary>
    public Task AbortAsync()
    {
        Abort();
        if (Count == 0) _drained.TrySetResult();
        return _drained.Task;
    }

    private async Task RunAsync(Dispatch dispatch, Subscription subscription, CancellationTokenSource cancellation)
    {
        var startedAt = services.Time.GetUtcNow();
        var started = services.Time.GetTimestamp();
        Event? item = null;
        AttemptOutcome? outcome;
        try
        {
            item = dispatch.Event ?? await LoadAsync(dispatch.Sequence, cancellation.Token);
            if (item is null) outcome = new AttemptOutcome(AttemptKind.Misconfigured, Error: "the event is no longer in the log");
            else if (!MayStillSend()) outcome = null;
            else outcome = await SendAsync(item, dispatch, subscription, cancellation.Token);
        }
        catch (AttemptAbandonedException)
        {
            outcome = null;
        }
        catch (OperationCanceledException)
        {
            outcome = _isAborted ? null : new AttemptOutcome(AttemptKind.Timeout, Error: $"no whole answer within {subscription.Delivery.Timeout.TotalMilliseconds:0} ms");
        }
#pragma warning disable CA1031 // Whatever goes wrong in an attempt is its outcome: an exception here must not take the subscription down.
        catch (Exception e)
#pragma warning restore CA1031
        {
            EngineLog.AttemptFailed(services.Logger, e, subscription.Name);
            outcome = new AttemptOutcome(AttemptKind.Failed, Error: e is StorageException ? e.Message : $"failed inside the hub: {e.GetType().Name}");
        }

        var duration = services.Time.GetElapsedTime(started);
        if (outcome is not null) Report(item, subscription, outcome, duration);
        if (outcome?.Kind == AttemptKind.Gone) await DeactivateAsync(subscription);
        cancellation.Dispose();
        dispatch.Cancellation = null;
        lock (_lock) _running.Remove(dispatch);
        onEnded(new EndedAttempt(dispatch, item, outcome, startedAt, duration));
        if (_isAborted && Count == 0) _drained.TrySetResult();
    }

    /// <summary>
    /// Asked before an attempt, since reading the event may have taken a while, and by the client again just before it sends: not when the process stood still and somebody else may have the
    /// lease by now, nor when the subscription was deleted, which ended its dispatches.
    /// </summary>
    private bool MayStillSend() => services.Leases.IsValid(services.Now) && services.Registry.Find(subscriptionKey) is not { IsDeleted: true };

    private async ValueTask<Event?> LoadAsync(long sequence, CancellationToken cancellationToken) =>
        await services.Store.Log.GetAsync([sequence], cancellationToken) is [var item] ? item : null;

    private async ValueTask<AttemptOutcome> SendAsync(Event item, Dispatch dispatch, Subscription subscription, CancellationToken cancellationToken)
    {
        if (services.Clients.For(subscription.Destination) is not { } client)
        {
            return new AttemptOutcome(AttemptKind.Misconfigured, Error: $"this hub cannot deliver to a {subscription.Destination.GetType().Name}");
        }

        var id = DispatchId.Format(item.Id, new DispatchKey(dispatch.Sequence, subscriptionKey, dispatch.Generation));
        using var activity = HubActivities.StartDeliver(item, subscription, id, dispatch.Attempts + 1);
        return await client.SendAsync(new DeliveryRequest(item, subscription, id, dispatch.Attempts + 1) { MayStillSend = MayStillSend }, cancellationToken);
    }

    private void Report(Event? item, Subscription subscription, AttemptOutcome outcome, TimeSpan duration)
    {
        services.Metrics.Delivered(subscription.Name, AttemptNames.MetricStatus(outcome.Kind), duration);
        if (item is null || outcome.Kind is not (AttemptKind.Complete or AttemptKind.Ignored)) return;
        services.Metrics.EndToEnd(subscription.Name, services.Time.GetUtcNow() - item.CreatedAt);
    }

    private async Task DeactivateAsync(Subscription subscription)
    {
        if (!subscription.Active) return;
        try
        {
            await services.Subscriptions.UpdateAsync(subscription.Id, s => s with { Active = false }, CancellationToken.None);
            EngineLog.Deactivated(services.Logger, subscription.Name);
        }
        catch (StorageException e)
        {
            // The next 410 tries again.
            EngineLog.RunnerFailed(services.Logger, subscription.Name, e.Message);
        }
    }
}
