using System.Net.Sockets;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Bounds the connections open at a time; when all are taken, whoever wants one waits in turn. Each takes a file descriptor, and a process
/// that has none left is ended by the runtime as soon as it wants another thread.
/// </summary>
internal sealed class ConnectionSlots(int count)
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>Waits for a slot; opens with it; gives it back when the stream is disposed.</summary>
    public async ValueTask<Stream> OpenAsync(Func<CancellationToken, ValueTask<Socket>> open, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return new SlotStream(await open(cancellationToken), _free);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    private sealed class SlotStream(Socket socket, SemaphoreSlim free) : NetworkStream(socket, ownsSocket: true)
    {
        private int _isGivenBack;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0) free.Release();
        }
    }
}
