namespace EventHub.Log;

/// <summary>
/// Wakes any number of readers when the head moves. Coming and going costs the same however many there are; ringing costs the one who rings a
/// single wake-up, and the readers are woken from a loop of the bell's own, so that many of them do not hold up appends.
/// </summary>
internal sealed class Doorbell
{
    private readonly Lock _lock = new();
    private readonly HashSet<AsyncSignal> _readers = [];
    private readonly AsyncSignal _rung = new();
    private int _count;
    private volatile bool _isClosed;
    private Task _loop = Task.CompletedTask;

    /// <summary>It rings no more; readers were woken to see this.</summary>
    public bool IsClosed => _isClosed;

    public void Start() => _loop = RunAsync();

    public async Task StopAsync()
    {
        _isClosed = true;
        _rung.Set();
        await _loop;
        WakeAll();
    }

    /// <summary>Wakes the signal whenever the head moves from now on: a head that moved before has to be looked at after this returns.</summary>
    public void Add(AsyncSignal reader)
    {
        lock (_lock)
        {
            _readers.Add(reader);
            Volatile.Write(ref _count, _readers.Count);
        }
    }

    public void Remove(AsyncSignal reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
            Volatile.Write(ref _count, _readers.Count);
        }
    }

    /// <summary>The head has moved. Any thread.</summary>
    public void Ring()
    {
        // The head's move must be seen by a reader that is being added, or the reader by us.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) > 0) _rung.Set();
    }

    private async Task RunAsync()
    {
        while (!_isClosed)
        {
            await _rung.WaitAsync();
            WakeAll();
        }
    }

    private void WakeAll()
    {
        lock (_lock)
        {
            foreach (var reader in _readers) reader.Set();
        }
    }
}
