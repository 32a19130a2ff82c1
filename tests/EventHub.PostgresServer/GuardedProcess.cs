using System.Diagnostics;

namespace EventHub.PostgresServer;

/// <summary>
/// A shell script below us that goes down with us however we go, killed, crashed, or done: it reads its input to the end, which comes when we are gone, and
/// then cleans up. Its output is kept and can be waited for.
/// </summary>
internal sealed class GuardedProcess
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GuardedProcess(Process process) => _process = process;

    /// <summary>Runs a script as a user that is not root, whom servers refuse, in a directory that it owns and has to remove.</summary>
    /// <param name="script">Its <c>$1</c> is the directory.</param>
    /// <param name="arguments">From <c>$2</c> on.</param>
    /// <param name="readyWords">It is ready when it says this.</param>
    public static async Task<GuardedProcess> StartAsync(string script, string[] arguments, string readyWords)
    {
        var directory = Directory.CreateTempSubdirectory("eventhub-postgres-").FullName;
        string[] asRoot = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        if (asRoot.Length > 0) await Process.Start("chown", ["postgres", directory]).WaitForExitAsync();

        // A session of its own: what is sent to our process group must not reach it before it has seen us go.
        string[] command = [.. asRoot, "sh", "-c", script, "guard", directory, .. arguments];
        var start = new ProcessStartInfo("setsid", command) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        var guarded = new GuardedProcess(Process.Start(start)!);
        _ = guarded.ListenAsync();
        await guarded.WaitForAsync(readyWords, 0);
        return guarded;
    }

    /// <summary>Sends it a line, and waits for an answer.</summary>
    public async Task TellAsync(string line, string answer)
    {
        int from;
        lock (_lines) from = _lines.Count;
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        await WaitForAsync(answer, from);
    }

    /// <summary>Ends it, and waits until it has cleaned up.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    private async Task WaitForAsync(string words, int from)
    {
        while (true)
        {
            Task said;
            lock (_lines)
            {
                if (_lines.Skip(from).Any(line => line.Contains(words, StringComparison.Ordinal))) return;
                said = _said.Task;
            }

            await said;
        }
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) Say(line);
        lock (_lines) _said.TrySetException(new InvalidOperationException($"What the tests started has ended. It said:\n{string.Join('\n', _lines)}"));
    }

    private void Say(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            _said.TrySetResult();
            _said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
