using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EventHub.Server.Tests.Verbs;

/// <summary>The executable as a process of its own, without this process' settings.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri?> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>Everything it wrote, so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Where it listens, in the order of its <c>urls</c>.</summary>
    public IReadOnlyList<Uri> Addresses => [.. Listening().Match(Output).Groups[1].Value.Split(' ').Select(address => new Uri(address))];

    public static ServerProcess Start(string directory, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll"), .. arguments])
        {
            WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("EVENTHUB_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += server.OnLine;
        server._process.ErrorDataReceived += server.OnLine;
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits for the line scripts wait for, and gives its address.</summary>
    public async Task<Uri> WaitUntilListeningAsync(CancellationToken cancellationToken)
    {
        var ended = _process.WaitForExitAsync(cancellationToken);
        var first = await Task.WhenAny(_listening.Task, ended);
        return first == _listening.Task && await _listening.Task is { } address ? address : throw new InvalidOperationException($"it did not start:\n{Output}");
    }

    /// <summary>Waits for its end and gives the exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate()
    {
        if (Kill(_process.Id, Sigterm) != 0) throw new InvalidOperationException($"kill failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        _output.Enqueue(line.Data);
        var match = Listening().Match(line.Data);
        if (match.Success) _listening.TrySetResult(new Uri(match.Groups[1].Value.Split(' ')[0]));
    }

    [GeneratedRegex(@"EventHub listening on (http://[^\n""]+)")]
    private static partial Regex Listening();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
