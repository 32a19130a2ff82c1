using System.Runtime.ExceptionServices;
using EventHub.Diagnostics;
using EventHub.Journal;
using EventHub.Log;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>The record stage: commits what a window has to commit, one settlement at a time, and wakes the runner when it is done.</summary>
internal sealed class Settler(RunnerServices services, Lease lease, AsyncSignal signal)
{
    private const long MaxRetryDelay = 5000;
    private Task _settling = Task.CompletedTask;
    private volatile CommitOutcome? _outcome;
    private volatile bool _isStopping;

    /// <summary>A settlement was started, and its outcome not taken.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>A store that does not take the settlement is not waited for any more.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    public void Start(WindowCommit commit, string subscription)
    {
        IsBusy = true;
        _settling = RunAsync(commit, subscription);
    }

    /// <summary>The outcome of the settlement that was started, once.</summary>
    public CommitOutcome? TakeOutcome()
    {
        if (_outcome is not { } outcome) return null;
        _outcome = null;
        IsBusy = false;
        return outcome;
    }

    /// <summary>Completes when no settlement is under way. Never fails.</summary>
    public Task CompleteAsync() => _settling;

    private async Task RunAsync(WindowCommit commit, string subscription)
    {
        try
        {
            _outcome = new CommitOutcome(commit, await SettleAsync(commit, subscription), null);
        }
#pragma warning disable CA1031 // The runner's loop throws it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _outcome = new CommitOutcome(commit, false, ExceptionDispatchInfo.Capture(e));
        }

        signal.Set();
    }

    private async Task<bool> SettleAsync(WindowCommit commit, string subscription)
    {
        var settlement = new Settlement
        {
            SubscriptionKey = lease.SubscriptionKey,
            Partition = lease.Partition,
            LeaseToken = lease.Token,
            Results = commit.Results,
            Attempts = commit.Attempts,
            Exceptions = commit.Exceptions,
            Floors = commit.Floors,
        };
        for (var delay = 100L; ; delay = Math.Min(delay * 2, MaxRetryDelay))
        {
            try
            {
                var isHeld = await services.Store.Dispatches.SettleAsync(settlement, CancellationToken.None);
                if (isHeld) Report(commit, subscription);
                return isHeld;
            }
            catch (StorageException e) when (CanOfferAgain(e) && !_isStopping)
            {
                EngineLog.RunnerFailed(services.Logger, subscription, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(delay), services.Time);
            }
        }
    }

    /// <summary>Nothing was kept, so the same settlement can be offered again. Other failures leave that unknown: the runner starts over from the store.</summary>
    private static bool CanOfferAgain(StorageException e) =>
        e.Failure is StorageFailure.Busy or StorageFailure.Unavailable or StorageFailure.DiskFull or StorageFailure.ReadOnly;

    private void Report(WindowCommit commit, string subscription)
    {
        var expired = 0;
        foreach (var result in commit.Results)
        {
            if (result.IsDeadLetter) EngineLog.DeadLetter(services.Logger, DispatchCursor.Format(result.Key), subscription, DispatchNames.Of(result.Status), result.Attempts, result.Error);
            else if (result.Status == DispatchStatus.Lost) expired++;
        }

        if (expired > 0) EngineLog.Expired(services.Logger, expired, subscription);
    }
}
