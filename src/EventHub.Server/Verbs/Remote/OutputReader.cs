using System.Runtime.InteropServices;

namespace EventHub.Server.Verbs.Remote;

/// <summary>
/// Notices that whoever read the output has gone, as <c>head</c> does when it has enough. .NET takes no notice: it ignores SIGPIPE and what a
/// broken pipe answers, and who waits for events writes nothing anyway.
/// </summary>
internal sealed class OutputReader : IAsyncDisposable
{
    private const int StandardOutput = 1;
    private const short PollError = 0x8;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _gone;
    private readonly CancellationTokenSource _watching = new();
    private readonly Task _watch;

    /// <param name="cancelled">Cancels <see cref="Gone"/> too.</param>
    public OutputReader(CancellationToken cancelled)
    {
        _gone = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        _watch = Console.IsOutputRedirected && !OperatingSystem.IsWindows() ? WatchAsync() : Task.CompletedTask;
    }

    /// <summary>Cancelled when nobody reads the output any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Nobody reads the output any more.</summary>
    public bool IsGone { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _watching.CancelAsync();
        await _watch;
        _watching.Dispose();
        _gone.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_watching.IsCancellationRequested)
        {
            var output = new PollDescriptor { File = StandardOutput };
            if (Poll(ref output, 1, 0) > 0 && (output.Found & PollError) != 0)
            {
                IsGone = true;
                await _gone.CancelAsync();
                return;
            }

            await Task.Delay(s_interval, TimeProvider.System, _watching.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor files, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int File;
        public short Wanted;
        public short Found;
    }
}
