using System.Diagnostics;

namespace EventHub.Benchmarks.Processes;

/// <summary>A process the benchmark started; gone when disposed, and, since it ends with its standard input, when the benchmark is killed.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _grace;

    private ChildProcess(Process process, TimeSpan grace) => (_process, _grace) = (process, grace);

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

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
    public static ChildProcess Role(params string[] role) => Start("dotnet", [typeof(ChildProcess).Assembly.Location, "role", .. role]);

    /// <summary>A program that ends with its standard input.</summary>
    /// <param name="program">Its file, or its name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beyond the benchmark's own.</param>
    /// <param name="grace">How long it may take to end by itself once its standard input is closed; none: it is killed at once.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan grace = default)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Settings of the caller's own hub are not the benchmark's.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("EVENTHUB_", StringComparison.Ordinal) || n.StartsWith("DB_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start."), grace);
    }

    /// <summary>The next line it writes.</summary>
    public async Task<string> ReadLineAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await _process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException($"'{string.Join(' ', _process.StartInfo.ArgumentList)}' ended before it was ready; what it said stands above.");
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
            if (_grace > TimeSpan.Zero)
            {
                _process.StandardInput.Close();
                _process.WaitForExit(_grace);
            }

            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It had ended.
        }

        _process.Dispose();
    }
}
