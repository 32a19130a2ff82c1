using System.Diagnostics;

namespace EventHub.Benchmarks.Processes;

/// <summary>A process the benchmark started; gone when disposed.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>This program in another role.</summary>
    public static ChildProcess Role(string role) => Start(typeof(ChildProcess).Assembly.Location, ["role", role], new Dictionary<string, string>());

    /// <summary>A .NET program.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Settings of the caller's own hub are not the benchmark's.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("EVENTHUB_", StringComparison.Ordinal) || n.StartsWith("DB_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start."));
    }

    /// <summary>The next line it writes.</summary>
    public async Task<string> ReadLineAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"'{_process.StartInfo.ArgumentList[0]}' ended before it was ready; what it said stands above.");
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Takes what it goes on writing, so that it never waits for a reader.</summary>
    public void DrainOutput() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    public void Dispose()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It had ended.
        }

        _process.Dispose();
    }
}
