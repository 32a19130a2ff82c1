namespace EventHub.Storage.Relay;

/// <summary>
/// Carries events that are to be handled by clients of another process that has the store open, and tells which process has clients of which name. What
/// lies in it lives no longer than the attempts it is part of: a store that loses it in a crash costs those attempts and nothing else.
/// </summary>
public interface IRelayStore
{
    /// <summary>
    /// Has an action called, on any thread, when there may be something new for this process; it returns at once. Rings can get lost: whoever waits looks now
    /// and then all the same.
    /// </summary>
    void OnRing(Action ring);

    /// <summary>
    /// Hands over what this process has for others and takes what they have for it, in one transaction. A call is taken once, by the process it is for, or
    /// withdrawn, by the one that made it; an answer is taken once.
    /// </summary>
    /// <param name="round">What this process has.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <exception cref="StorageException"><see cref="StorageFailure.CommitFailed"/>: what was handed over may have been taken already. Any other: nothing was handed over, nothing taken.</exception>
    ValueTask<RelayIntake> ExchangeAsync(RelayRound round, CancellationToken cancellationToken);

    /// <summary>Whether a client of any process ever served the name.</summary>
    ValueTask<bool> WasServedAsync(string name, CancellationToken cancellationToken);
}
