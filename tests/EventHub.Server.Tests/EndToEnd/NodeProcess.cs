using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>A program of tests/node in a process of its own.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(Process process) => _process = process;

    /// <summary>What it has written to its output.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>What it has written to its error output, once it has ended.</summary>
    public string Error { get; private set; } = "";

    public static NodeProcess Start(string program, params string[] arguments)
    {
        var directory = Find("tests/node");
        Assert.True(
            Directory.Exists(Path.Combine(directory, "node_modules", "@microsoft", "signalr")),
            "tests/node/node_modules is not as its package-lock.json says: run 'npm ci' in tests/node (./test does) and then the tests again.");
        var start = new ProcessStartInfo("node", [Path.Combine(directory, program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var node = new NodeProcess(new Process { StartInfo = start });
        node._process.OutputDataReceived += (_, line) => node.Take(line.Data);
        node._process.Start();
        node._process.BeginOutputReadLine();
        return node;
    }

    /// <summary>Waits until it says <c>ready</c>, or has ended.</summary>
    public Task ReadyAsync() => _ready.Task.WaitAsync(TimeSpan.FromSeconds(180), TestContext.Current.CancellationToken);

    /// <summary>Waits until it has ended, however it does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        Error = await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not (null or "ready")) _lines.Enqueue(line);
        else _ready.TrySetResult();
    }

    private static string Find(string relative)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, relative);
            if (Directory.Exists(path)) return path;
        }

        throw new DirectoryNotFoundException($"{relative} is in no directory above {AppContext.BaseDirectory}.");
    }
}
