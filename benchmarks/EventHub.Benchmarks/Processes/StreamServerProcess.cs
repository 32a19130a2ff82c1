namespace EventHub.Benchmarks.Processes;

/// <summary>The bare Kestrel loop that streams, in a process of its own.</summary>
internal sealed class StreamServerProcess : IDisposable
{
    private StreamServerProcess(ChildProcess process, string url) => (Process, Url) = (process, url);

    public ChildProcess Process { get; }

    public string Url { get; }

    /// <param name="frame">What it writes for each event.</param>
    public static async Task<StreamServerProcess> StartAsync(byte[] frame)
    {
        var process = ChildProcess.Role("bare-stream");
        var server = new StreamServerProcess(process, await process.ReadLineAsync());
        using var http = new HttpClient();
        using var content = new ByteArrayContent(frame);
        (await http.PutAsync(new Uri($"{server.Url}/frame"), content)).EnsureSuccessStatusCode().Dispose();
        return server;
    }

    public void Dispose() => Process.Dispose();
}
