using System.Runtime.CompilerServices;

namespace EventHub.Client.Consumers;

/// <summary>Reads a consumer page by page, acknowledges what was handled, and keeps the consumer while a page is worked on.</summary>
internal sealed class ConsumerReader(ConsumerClient consumers, TimeProvider time, string name, ConsumerReadOptions options)
{
    private static readonly TimeSpan s_ackInterval = TimeSpan.FromSeconds(5);

    // A lease lasts 30 s, and the hub renews it when a third of it is over.
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_lastAck = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_heldPace = TimeSpan.FromSeconds(1);
    private long _handled;
    private long _acknowledged;
    private long _acknowledgedAt;

    public async IAsyncEnumerable<HubEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var page = await PollAsync(cancellationToken).ConfigureAwait(false);
                if (page.Reset is { } reason) await ResetAsync(new StreamReset(reason, null), cancellationToken).ConfigureAwait(false);
                if (page.Events.Count == 0) continue;
                using var worked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var keeping = KeepAsync(worked.Token);
                try
                {
                    foreach (var item in page.Events)
                    {
                        yield return item;
                        _handled = item.Sequence;
                        if (time.GetElapsedTime(_acknowledgedAt) >= s_ackInterval) await AckAsync(cancellationToken).ConfigureAwait(false);
                    }
                }
                finally
                {
                    await worked.CancelAsync().ConfigureAwait(false);
                    await keeping.ConfigureAwait(false);
                }

                await AckAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await LastAckAsync().ConfigureAwait(false);
        }
    }

    private async Task<ConsumerPage> PollAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _acknowledgedAt = time.GetTimestamp();
                return await consumers.PollAsync(name, options.PageSize, options.Wait, options.Instance, cancellationToken).ConfigureAwait(false);
            }
            catch (ConsumerHeldException) when (options.WaitWhileHeld)
            {
                await Task.Delay(s_heldPace, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ResetAsync(StreamReset reset, CancellationToken cancellationToken)
    {
        if (options.OnReset is null) throw new StreamResetException(reset);
        await options.OnReset(reset, cancellationToken).ConfigureAwait(false);
    }

    private async Task AckAsync(CancellationToken cancellationToken)
    {
        if (_handled <= _acknowledged) return;
        await consumers.AckAsync(name, _handled, options.Instance, cancellationToken).ConfigureAwait(false);
        (_acknowledged, _acknowledgedAt) = (_handled, time.GetTimestamp());
    }

    /// <summary>Asks for the first event again and again: who asks has the consumer.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var pace = new PeriodicTimer(s_renewal, time);
            while (await pace.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                await consumers.PollAsync(name, 1, default, options.Instance, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or EventHubException)
        {
            // The next acknowledgement tells.
        }
    }

    /// <summary>Whoever stops reading has handled all but the event it holds; that what was handled comes again is no failure of the stopping.</summary>
    private async Task LastAckAsync()
    {
        using var deadline = new CancellationTokenSource(s_lastAck, time);
        try
        {
            await AckAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or EventHubException)
        {
        }
    }
}
