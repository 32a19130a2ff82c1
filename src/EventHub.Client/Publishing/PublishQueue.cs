using System.Threading.Channels;
using EventHub.Client.Http;

namespace EventHub.Client.Publishing;

/// <summary>
/// Events on their way to the hub: whatever waits while a batch is under way is the next batch, so one publish goes at once and many share a request.
/// One batch at a time: events are in the log in the order of the calls. Bounded: past its bound a publish fails.
/// </summary>
internal sealed class PublishQueue : IAsyncDisposable
{
    // The hub's limits are 1000 events and 16 MiB; smaller bodies are answered sooner and make repeats cheaper.
    private const int MaxBatchEvents = 1000;
    private const int MaxBatchBytes = 4 * 1024 * 1024;

    private readonly HubHttp _http;
    private readonly BatchSender _sender;
    private readonly Channel<PendingPublish> _waiting;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _giveUp;
    private long _bytes;
    private Task? _sending;
    private bool _isClosed;

    public PublishQueue(HubHttp http)
    {
        _http = http;
        _sender = new BatchSender(http);
        _waiting = Channel.CreateBounded<PendingPublish>(new BoundedChannelOptions(http.Options.MaxQueuedEvents) { SingleReader = true });
        _giveUp = new CancellationTokenSource(System.Threading.Timeout.InfiniteTimeSpan, http.Time);
    }

    /// <summary>Publishes an event.</summary>
    public async Task<PublishResult> PublishAsync(NewEvent item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingPublish(NewEventWriter.Write(item, Guid.NewGuid().ToString("N")), item.IdempotencyKey is not null, _http.Time.GetTimestamp());
        Enqueue(pending);
        var registration = cancellationToken.Register(static (state, token) => ((PendingPublish)state!).Cancel(token), pending);
        await using (registration.ConfigureAwait(false))
        {
            return await pending.Result.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? sending;
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Writer.TryComplete();
            sending = _sending;
        }

        // What waits is still sent, within the time of one request.
        _giveUp.CancelAfter(_http.Options.RetryTimeout + _http.Options.Timeout);
        if (sending is not null) await sending.ConfigureAwait(false);
        _giveUp.Dispose();
    }

    private void Enqueue(PendingPublish pending)
    {
        var size = pending.Json.Length;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(EventHubClient));
            // One event may always wait, however large.
            if (_bytes > 0 && _bytes + size > _http.Options.MaxQueuedBytes) throw Full($"{_bytes} bytes");
            if (!_waiting.Writer.TryWrite(pending)) throw Full($"{_http.Options.MaxQueuedEvents} events");
            _bytes += size;
            _sending ??= Task.Run(SendAllAsync);
        }
    }

    private static EventHubException Full(string what) =>
        new($"{what} wait to be published already, which is the limit; await publishes, or raise MaxQueuedEvents and MaxQueuedBytes.") { Code = "CLIENT_QUEUE_FULL" };

    private async Task SendAllAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var batch = Take();
            if (batch.Count > 0) await _sender.SendAsync(batch, _giveUp.Token).ConfigureAwait(false);
        }
    }

    private List<PendingPublish> Take()
    {
        var (batch, bytes) = (new List<PendingPublish>(), 0L);
        while (batch.Count < MaxBatchEvents && _waiting.Reader.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Json.Length < MaxBatchBytes))
        {
            _waiting.Reader.TryRead(out _);
            lock (_gate) _bytes -= next.Json.Length;
            if (!next.TryTake()) continue;
            batch.Add(next);
            bytes += next.Json.Length;
        }

        return batch;
    }
}
