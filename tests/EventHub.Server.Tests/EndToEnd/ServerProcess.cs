using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The real executable on a real data directory, on a port of its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);
    private readonly Process _process;
    private readonly StringBuilder _output;

    private ServerProcess(Process process, StringBuilder output, string dataDirectory, Uri address)
    {
        _process = process;
        _output = output;
        DataDirectory = dataDirectory;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = s_patience };
    }

    public string DataDirectory { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    /// <summary>What it has logged so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static Task<ServerProcess> StartAsync(string dataDirectory, params string[] arguments) => StartAsync(dataDirectory, new Uri("http://127.0.0.1:0"), arguments);

    /// <summary>Starts it with more in its environment.</summary>
    public static Task<ServerProcess> StartAsync(string dataDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(dataDirectory, new Uri("http://127.0.0.1:0"), environment, arguments);

    /// <summary>Starts it at an address, such as that of one that was killed.</summary>
    public static Task<ServerProcess> StartAsync(string dataDirectory, Uri address, params string[] arguments) =>
        StartAsync(dataDirectory, address, new Dictionary<string, string>(), arguments);

    private static async Task<ServerProcess> StartAsync(string dataDirectory, Uri address, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new StringBuilder();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll"));
        foreach (var argument in (string[])["serve", "--urls", address.ToString(), "--data", dataDirectory, .. arguments]) start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = WatchEndAsync();
        return new ServerProcess(process, output, dataDirectory, await ready.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken));

        async Task WatchEndAsync()
        {
            // Unlike its event, the wait goes on until all it said has been read.
            await process.WaitForExitAsync(CancellationToken.None);
            if (!ready.Task.IsCompleted) ready.TrySetException(new InvalidOperationException($"The server ended with {process.ExitCode}:\n{output}"));
        }

        void Take(string? line)
        {
            if (line is null) return;
            lock (output) output.AppendLine(line);
            if (ListeningLine().Match(line) is { Success: true } match) ready.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, and waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"POST {path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"EventHub listening on (http://\S+)")]
    private static partial Regex ListeningLine();
}
