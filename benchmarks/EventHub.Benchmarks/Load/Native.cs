using System.Runtime.InteropServices;

namespace EventHub.Benchmarks.Load;

/// <summary>What one thread needs to serve many sockets to the microsecond, which .NET's own waits do not give.</summary>
internal static partial class Native
{
    public const short PollIn = 1;
    private const int SetTimerSlack = 29;

    /// <summary>Lets the calling thread's timers fire when they are due, not up to 50 µs later.</summary>
    public static void MakeTimersExact() => _ = prctl(SetTimerSlack, 1, 0, 0, 0);

    public static unsafe int Poll(Span<PollHandle> handles, long timeoutNanoseconds)
    {
        var wait = new TimeSpec { Seconds = timeoutNanoseconds / 1_000_000_000, Nanoseconds = timeoutNanoseconds % 1_000_000_000 };
        fixed (PollHandle* first = handles) return ppoll(first, (ulong)handles.Length, &wait, 0);
    }

    /// <summary>Has the kernel write all it holds.</summary>
    public static void Sync() => sync();

    [LibraryImport("libc")]
    private static partial void sync();

    [LibraryImport("libc")]
    private static unsafe partial int ppoll(PollHandle* handles, ulong count, TimeSpec* timeout, nint mask);

    [LibraryImport("libc")]
    private static partial int prctl(int option, ulong a, ulong b, ulong c, ulong d);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollHandle
    {
        public int Handle;
        public short Wanted;
        public short Ready;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
