using System.Globalization;
using EventHub.Storage;

namespace EventHub.Sqlite.Files;

/// <summary>
/// The data directory, held by one process at a time. The lock is an open file (<c>eventhub.lock</c>), so the system gives it back
/// however the process ends; <c>eventhub.pid</c> only says who to look for. Failure policy: opening fails with a message that names
/// the directory; nothing in it is touched before the lock is held.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    /// <summary>Full path of the directory.</summary>
    public string Path { get; }

    /// <summary>Full path of the database file; the WAL is beside it.</summary>
    public string Database => System.IO.Path.Combine(Path, "eventhub.db");

    private static string PidFile(string directory) => System.IO.Path.Combine(directory, "eventhub.pid");

    /// <summary>Creates the directory where it is missing and takes its lock.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.InUse"/>, <see cref="StorageFailure.ReadOnly"/> or <see cref="StorageFailure.DiskFull"/>.</exception>
    public static DataDirectory Take(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var what = File.Exists(path) ? "is a file, not a directory" : "cannot be created";
            throw new StorageException(
                StorageFailure.ReadOnly, $"The data directory '{path}' {what}. Name another one, or check the permissions above it. ({exception.Message})", exception);
        }

        return new DataDirectory(path, Lock(path));
    }

    /// <summary>Deletes the pid file and lets the next process in.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(PidFile(Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A pid file left behind misleads nobody: it is read only when the lock is held.
        }

        _lock.Dispose();
    }

    private static FileStream Lock(string directory)
    {
        FileStream held;
        try
        {
            held = new FileStream(System.IO.Path.Combine(directory, "eventhub.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"The data directory '{directory}' is in use by another EventHub{Holder(directory)}. Stop that one, or name another directory.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(directory, exception);
        }

        try
        {
            File.WriteAllText(PidFile(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw Unwritable(directory, exception);
        }
    }

    private static bool IsHeldByAnother(IOException exception)
    {
        // On Unix .NET hands the errno on: EAGAIN is 11 on Linux, 35 on macOS and the BSDs.
        var wouldBlock = OperatingSystem.IsLinux() ? 11 : 35;
        return exception.HResult == SharingViolation || (!OperatingSystem.IsWindows() && exception.HResult == wouldBlock);
    }

    private static string Holder(string directory)
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile(directory)), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static StorageException Unwritable(string directory, Exception exception)
    {
        const int NoSpace = 28; // ENOSPC
        const int DiskFull = unchecked((int)0x80070070);
        return exception.HResult is NoSpace or DiskFull
            ? new StorageException(
                StorageFailure.DiskFull, $"No space left in the data directory '{directory}'. Free space on its disk. ({exception.Message})", exception)
            : new StorageException(
                StorageFailure.ReadOnly, $"The data directory '{directory}' cannot be written. Check its permissions and its disk. ({exception.Message})", exception);
    }
}
