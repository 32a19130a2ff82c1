using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventHub.Soak.Processes;

/// <summary>The real executable on a real data directory, to be broken: killed, stopped, starved.</summary>
internal sealed partial class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient? _http;

    private HubProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Called when it says that it did not renew its leases in time, or another has one: what it has in flight and has not committed is begun again.</summary>
    public Action? LeasesLost { get; set; }

    /// <summary>Once it listens.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The hub does not listen yet.");

    /// <summary>What it has logged so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to the error output so far.</summary>
    public string Error => Text(_error);

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes => Memory("VmRSS");

    /// <summary>The most resident memory it ever had, in bytes.</summary>
    public long PeakResidentBytes => Memory("VmHWM");

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<HubProcess> StartAsync(string dataDirectory, HubStart? how = null)
    {
        var hub = Launch(dataDirectory, how);
        await hub.ListeningAsync();
        return hub;
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public static HubProcess Launch(string dataDirectory, HubStart? how = null) =>
        Run(how?.Through ?? [], ["serve", "--urls", "http://127.0.0.1:0", "--data", dataDirectory, .. how?.Arguments ?? []]);

    /// <summary>Starts it on a free port and waits for nothing.</summary>
    /// <param name="arguments">Beside the address: the store, at least.</param>
    public static HubProcess Launch(IReadOnlyList<string> arguments) => Run([], ["serve", "--urls", "http://127.0.0.1:0", .. arguments]);

    /// <summary>Starts it with settings that are all in the environment, as containers are, and waits for nothing.</summary>
    public static HubProcess Launch(IReadOnlyDictionary<string, string> environment) => Run([], ["serve"], environment);

    /// <summary>Runs another verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunVerbAsync(params string[] arguments)
    {
        await using var process = Run([], arguments);
        var exitCode = await process.ExitAsync();
        return (exitCode, process.Output, process.Error);
    }

    public async Task ListeningAsync()
    {
        var address = await _listening.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        _http ??= new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, and waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>Sends it a signal, and does not wait for what comes of it.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until it has ended and everything it wrote is there.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        return await ReadAsync(response, $"GET {path}");
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        return await ReadAsync(response, $"POST {path}");
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static HubProcess Run(IReadOnlyList<string> through, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] command = [.. through, "dotnet", Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("EVENTHUB_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name); // the tests' own
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var hub = new HubProcess(process);
        process.OutputDataReceived += (_, line) => hub.Take(hub._output, line.Data);
        process.ErrorDataReceived += (_, line) => hub.Take(hub._error, line.Data);
        process.Exited += (_, _) => hub._listening.TrySetException(new InvalidOperationException($"The hub ended before it listened.\n{hub.Output}{hub.Error}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = hub._listening.Task.Exception; // observed: a hub that is killed while it starts is no surprise
        return hub;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, string request)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{request}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    private void Take(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
        if (ListeningLine().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
        if (LeasesLostLine().IsMatch(line)) LeasesLost?.Invoke();
    }

    private long Memory(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("EventHub listening on (http://[^\\s\"]+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("Leases were not renewed in time|its lease went to another worker")]
    private static partial Regex LeasesLostLine();
}
