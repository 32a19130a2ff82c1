using EventHub.Diagnostics;
using EventHub.Events;
using Microsoft.Extensions.Logging;

namespace EventHub.Consumers;

/// <summary>
/// Reads a consumer as any client does, and hands its events to a handler in this process. Nothing is acknowledged before it is handled, and it has
/// the consumer's lease while it handles: of several processes one does, and another goes on where it stood when it is gone.
/// </summary>
internal sealed class ConsumerRunner(ConsumerRegistration registration, ConsumerService consumers, string instance, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    // How often one that has to wait looks whether the consumer is free.
    private static readonly TimeSpan s_standby = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var wait = s_firstWait;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stopping);
                wait = s_firstWait;
                continue;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever a handler throws, the events come again: a consumer does not end.
            catch (Exception e)
#pragma warning restore CA1031
            {
                EngineLog.ConsumerFailed(logger, e, registration.Name, wait.TotalSeconds);
            }

            if (!await WaitAsync(wait, stopping)) break;
            wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
        }

        await consumers.ReleaseAsync(registration.Name, instance);
    }

    private async ValueTask TurnAsync(CancellationToken stopping)
    {
        var poll = new ConsumerPoll { MaxCount = registration.MaxBatch, Wait = ConsumerService.LeaseDuration, Instance = instance };
        var answer = await consumers.PollAsync(registration.Name, poll, stopping);
        if (answer.Result == ConsumerResult.NotFound) await consumers.SaveAsync(registration.Name, registration.Events, registration.Start, stopping);
        else if (answer.Result == ConsumerResult.Held) await WaitAsync(s_standby, stopping);
        if (answer.Reset is { } reset) EngineLog.ConsumerMissed(logger, registration.Name, reset.ToString());
        if (answer.Events.Count == 0) return;
        await HandleAsync(answer.Events, stopping);
        // Once handled it is acknowledged, also when the hub stops meanwhile.
        var acknowledged = await consumers.AckAsync(registration.Name, instance, answer.Events[^1].Sequence, CancellationToken.None);
        if (acknowledged.Result == ConsumerResult.Held) EngineLog.ConsumerLost(logger, registration.Name);
    }

    private async ValueTask HandleAsync(IReadOnlyList<Event> events, CancellationToken stopping)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var handled = new CancellationTokenSource();
        var keeping = KeepAsync(lost, handled.Token);
        try
        {
            await registration.Handler(events, lost.Token);
        }
        finally
        {
            await handled.CancelAsync();
            await keeping;
        }
    }

    /// <summary>Renews the lease until the events are handled; tells the handler when another process has it.</summary>
    private async Task KeepAsync(CancellationTokenSource lost, CancellationToken handled)
    {
        while (await WaitAsync(s_renewal, handled))
        {
            try
            {
                if (await consumers.KeepAsync(registration.Name, instance, handled)) continue;
                EngineLog.ConsumerLost(logger, registration.Name);
                await lost.CancelAsync();
                return;
            }
            catch (Exception e) when (e is Storage.StorageException or OperationCanceledException)
            {
                // What is left of the lease still counts, and there is another try before it runs out.
            }
        }
    }

    /// <summary>Waits; false when it was cancelled.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
