using System.Diagnostics;

namespace EventHub.Soak.Faults;

/// <summary>A file system of its own that is soon full, or read-only: a tmpfs. Mounting takes root, or a sudo that asks nothing.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryDirectory _place = new();

    private SmallDisk()
    {
    }

    public string Path => _place.Path;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        var disk = new SmallDisk();
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0777", "tmpfs", disk.Path);
        return disk;
    }

    /// <summary>Takes up all space but what is needed to start.</summary>
    public async Task AddBallastAsync(int mebibytes) => await File.WriteAllBytesAsync(Ballast, new byte[mebibytes << 20], TestContext.Current.CancellationToken);

    public void DropBallast() => File.Delete(Ballast);

    public Task MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", Path);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Path);
        _place.Dispose();
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        string[] whole = Environment.UserName == "root" ? [command, .. arguments] : ["sudo", "-n", command, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole[1..]) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"These tests need to mount a tmpfs: {string.Join(' ', whole)}: {error}");
    }
}
