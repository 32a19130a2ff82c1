using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Publishing;

/// <summary>Takes in what users of the store's database published in their own transactions. It was checked when it was staged, and committed: nothing is refused here.</summary>
internal sealed class StagedIntake(IOutboxStore outbox, HubOptions options, HubMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>Publishers of all processes wait while so many are moved.</summary>
    private const int MaxEvents = 500;
    private const long MaxBytes = 8L << 20;
    private volatile bool _isClosed;
    private bool _isFailing;

    /// <summary>Takes all there is. A store that does not answer is told of once, not at every poll.</summary>
    public async ValueTask TakeAsync()
    {
        try
        {
            await TakeAllAsync();
            _isFailing = false;
        }
        catch (StorageException e)
        {
            if (!_isFailing) EngineLog.ServiceFailed(logger, "outbox", e.Message);
            _isFailing = true;
        }
    }

    /// <summary>Ends after what is under way.</summary>
    public void Close() => _isClosed = true;

    private async ValueTask TakeAllAsync()
    {
        OutboxMoved moved;
        do
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            var move = new OutboxMove
            {
                MaxEvents = MaxEvents, MaxBytes = MaxBytes, Now = now, KeyWindow = options.IdempotencyWindow, MaxEventBytes = options.MaxEventBytes, InstanceId = options.InstanceId,
            };
            moved = await outbox.MoveAsync(move, CancellationToken.None);
            foreach (var item in moved.Appended) metrics.EventReceived(item.Type, item.Source);
            foreach (var item in moved.Conflicts) EngineLog.StagedConflict(logger, item.Type, item.Id);
        }
        while (moved.Taken > 0 && !_isClosed);
    }
}
