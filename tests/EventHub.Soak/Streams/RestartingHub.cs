using EventHub.Soak.Processes;

namespace EventHub.Soak.Streams;

/// <summary>The hub on one data directory, killed and started again while others use it.</summary>
internal sealed class RestartingHub(string dataDirectory, HubStart how) : IAsyncDisposable
{
    private HubProcess? _hub;
    private TaskCompletionSource<HubProcess> _running = NewSource();

    public int Kills { get; private set; }

    /// <summary>The hub that listens, now or when there is one again.</summary>
    public Task<HubProcess> RunningAsync(CancellationToken cancellationToken) => Volatile.Read(ref _running).Task.WaitAsync(cancellationToken);

    public async Task StartAsync()
    {
        _hub = await HubProcess.StartAsync(dataDirectory, how);
        _running.SetResult(_hub);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Volatile.Write(ref _running, NewSource());
        await _hub!.KillAsync();
        await _hub.DisposeAsync();
        Kills++;
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null) await _hub.DisposeAsync();
    }

    /// <summary>A failure that means nothing but that the hub, or the connection to it, is gone.</summary>
    public static bool IsLoss(Exception failure, CancellationToken end) =>
        failure is HttpRequestException or IOException or ObjectDisposedException || (failure is OperationCanceledException && !end.IsCancellationRequested);

    private static TaskCompletionSource<HubProcess> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
