namespace EventHub.Benchmarks.Processes;

/// <summary>The bare HttpClient loop, in a process of its own.</summary>
internal sealed class ClientLoopProcess : IDisposable
{
    private readonly ChildProcess _process;

    private ClientLoopProcess(ChildProcess process) => _process = process;

    public static async Task<ClientLoopProcess> StartAsync()
    {
        var process = ChildProcess.Role("client-loop");
        await process.ReadLineAsync();
        return new ClientLoopProcess(process);
    }

    /// <summary>Requests a second that the loop gets through.</summary>
    public async Task<double> MeasureAsync(string url, int concurrency, double seconds)
    {
        await _process.WriteLineAsync($"{url} {concurrency} {seconds}");
        return double.Parse(await _process.ReadLineAsync());
    }

    public void Dispose() => _process.Dispose();
}
