using System.Diagnostics;
using System.Threading.Channels;

namespace EventHub.Server.Tests.Verbs.Remote;

/// <summary>A verb of the executable as a process of its own, its output piped unless a terminal is asked for.</summary>
internal sealed class VerbProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    // What .NET says to a terminal before its first line.
    private const string KeypadMode = "\e[?1h\e=";
    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateBounded<string>(100_000);
    private readonly Channel<string> _error = Channel.CreateBounded<string>(10_000);

    private VerbProcess(Process process) => _process = process;

    public static VerbProcess Start(Uri hub, params string[] arguments) => Start(hub, "dotnet", [Program, .. arguments]);

    /// <summary>Runs it to its end.</summary>
    public static Task<VerbResult> RunAsync(Uri hub, params string[] arguments) => RunAsync(hub, null, arguments);

    /// <summary>Runs it to its end, with something on its standard input.</summary>
    public static async Task<VerbResult> RunAsync(Uri hub, string? input, string[] arguments)
    {
        await using var verb = Start(hub, arguments);
        if (input is not null) await verb._process.StandardInput.WriteAsync(input);
        verb._process.StandardInput.Close();
        return await verb.EndAsync();
    }

    /// <summary>Runs it to its end on a terminal.</summary>
    public static async Task<VerbResult> RunOnTerminalAsync(Uri hub, string arguments)
    {
        await using var verb = Start(hub, "script", ["-qec", $"dotnet '{Program}' {arguments}", "/dev/null"]);
        verb._process.StandardInput.Close();
        var result = await verb.EndAsync();
        return result with { Lines = [.. result.Lines.Select(static line => line.Replace(KeypadMode, "", StringComparison.Ordinal))] };
    }

    /// <summary>Starts it with a shell's pipe behind it.</summary>
    public static VerbProcess StartPiped(Uri hub, string arguments, string pipe) => Start(hub, "bash", ["-c", $"set -o pipefail; dotnet '{Program}' {arguments} | {pipe}"]);

    /// <summary>The next line it writes.</summary>
    public async Task<string> LineAsync() => await _output.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);

    /// <summary>The next line it complains with.</summary>
    public async Task<string> ErrorLineAsync() => await _error.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);

    /// <summary>Waits for its end.</summary>
    public async Task<VerbResult> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return new VerbResult(_process.ExitCode, Rest(_output), Rest(_error));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll");

    private static VerbProcess Start(Uri hub, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EVENTHUB_URL"] = hub.ToString();
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("NO_COLOR");
        var verb = new VerbProcess(new Process { StartInfo = start });
        verb._process.OutputDataReceived += (_, line) => Take(verb._output, line.Data);
        verb._process.ErrorDataReceived += (_, line) => Take(verb._error, line.Data);
        verb._process.Start();
        verb._process.BeginOutputReadLine();
        verb._process.BeginErrorReadLine();
        return verb;
    }

    private static void Take(Channel<string> lines, string? line)
    {
        if (line is null) lines.Writer.TryComplete();
        else lines.Writer.TryWrite(line);
    }

    private static List<string> Rest(Channel<string> lines)
    {
        var rest = new List<string>();
        while (lines.Reader.TryRead(out var line)) rest.Add(line.TrimEnd('\r'));
        return rest;
    }
}
