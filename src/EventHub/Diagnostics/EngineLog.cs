using Microsoft.Extensions.Logging;

namespace EventHub.Diagnostics;

/// <summary>Every line the engine logs, with its event id.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Information, "Hub open: log {Epoch} at sequence {Head}, {Subscriptions} subscriptions, store {Store} ({Durability})")]
    public static partial void HubOpen(ILogger logger, string epoch, long head, int subscriptions, string store, string durability);

    [LoggerMessage(2, LogLevel.Information, "Hub closed: {Attempts} attempts were still in flight and will be made again")]
    public static partial void HubClosed(ILogger logger, int attempts);

    [LoggerMessage(10, LogLevel.Error, "Routing waits for the store: {Error}")]
    public static partial void RouterFailed(ILogger logger, string error);

    [LoggerMessage(20, LogLevel.Warning, "Deliveries to '{Subscription}' wait for the store: {Error}")]
    public static partial void RunnerFailed(ILogger logger, string subscription, string error);

    [LoggerMessage(21, LogLevel.Warning, "Deliveries to '{Subscription}' stop here: its lease went to another worker")]
    public static partial void LeaseLost(ILogger logger, string subscription);

    [LoggerMessage(22, LogLevel.Warning, "'{Subscription}' cannot be reached, its breaker is open: events wait in the log; last error: {Error}")]
    public static partial void BreakerOpened(ILogger logger, string subscription, string? error);

    [LoggerMessage(23, LogLevel.Information, "'{Subscription}' can be reached again, its breaker is closed")]
    public static partial void BreakerClosed(ILogger logger, string subscription);

    [LoggerMessage(24, LogLevel.Warning, "'{Subscription}' answered that it is gone (410): deactivated")]
    public static partial void Deactivated(ILogger logger, string subscription);

    [LoggerMessage(25, LogLevel.Error, "An attempt at '{Subscription}' failed inside the hub")]
    public static partial void AttemptFailed(ILogger logger, Exception exception, string subscription);

    [LoggerMessage(26, LogLevel.Error, "Deliveries to '{Subscription}' failed inside the hub and start over")]
    public static partial void RunnerCrashed(ILogger logger, Exception exception, string subscription);

    [LoggerMessage(27, LogLevel.Warning, "Dead letter: dispatch {Dispatch} to '{Subscription}' is {Status} after {Attempts} attempts: {Error}")]
    public static partial void DeadLetter(ILogger logger, string dispatch, string subscription, string status, int attempts, string? error);

    [LoggerMessage(28, LogLevel.Warning, "Hard retention removes {Count} events that '{Subscription}' was still owed: their dispatches are lost")]
    public static partial void Expired(ILogger logger, int count, string subscription);

    [LoggerMessage(29, LogLevel.Warning, "Leases were not renewed in time, for want of the store or of processor time: {Attempts} attempts in flight are ended; whoever has their lease next goes on")]
    public static partial void LeasesRanOut(ILogger logger, int attempts);

    [LoggerMessage(30, LogLevel.Warning, "{Service} waits for the store: {Error}")]
    public static partial void ServiceFailed(ILogger logger, string service, string error);

    [LoggerMessage(31, LogLevel.Information, "Retention removed {Count} events, up to sequence {UpTo}")]
    public static partial void Trimmed(ILogger logger, long count, long upTo);

    [LoggerMessage(32, LogLevel.Error, "An event of type '{Type}' that a transaction published as {Event} is refused: its idempotency key was used for other content at the same time. eventhub.refused_events has it")]
    public static partial void StagedConflict(ILogger logger, string type, Guid @event);

    [LoggerMessage(40, LogLevel.Error, "Consumer '{Consumer}' failed; the same events come again in {Seconds} s")]
    public static partial void ConsumerFailed(ILogger logger, Exception exception, string consumer, double seconds);

    [LoggerMessage(41, LogLevel.Warning, "Consumer '{Consumer}' lost its lease to another process while it handled events, which come again there")]
    public static partial void ConsumerLost(ILogger logger, string consumer);

    [LoggerMessage(42, LogLevel.Warning, "Consumer '{Consumer}' missed events: {Reason}")]
    public static partial void ConsumerMissed(ILogger logger, string consumer, string reason);
}
