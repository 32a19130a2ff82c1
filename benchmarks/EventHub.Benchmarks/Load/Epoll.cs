using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventHub.Benchmarks.Load;

/// <summary>Linux's epoll: tells which of many sockets have something to read at a cost that does not depend on how many have nothing.</summary>
internal sealed partial class Epoll : IDisposable
{
    private const int AddSocket = 1;
    private const uint In = 1;
    private const int MaxReady = 512;

    // struct epoll_event: 32 bits of events and 64 bits of the caller's, packed on x86-64 only.
    private static readonly int s_dataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_size = s_dataAt + 8;
    private readonly byte[] _events = new byte[MaxReady * s_size];
    private readonly int _handle = epoll_create1(0);

    /// <summary>Watches a socket.</summary>
    /// <param name="socket">Its handle.</param>
    /// <param name="id">What <see cref="Wait"/> calls it.</param>
    public unsafe void Add(int socket, int id)
    {
        Span<byte> wanted = stackalloc byte[s_size];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, In);
        BinaryPrimitives.WriteInt64LittleEndian(wanted[s_dataAt..], id);
        fixed (byte* first = wanted)
        {
            if (epoll_ctl(_handle, AddSocket, socket, first) != 0) throw new IOException("epoll_ctl failed.");
        }
    }

    /// <summary>Waits until some have something to read, or this long.</summary>
    public unsafe int Wait(Span<int> ready, int milliseconds)
    {
        int count;
        fixed (byte* first = _events) count = epoll_wait(_handle, first, Math.Min(ready.Length, MaxReady), milliseconds);
        for (var i = 0; i < count; i++) ready[i] = (int)BinaryPrimitives.ReadInt64LittleEndian(_events.AsSpan((i * s_size) + s_dataAt));
        return Math.Max(0, count);
    }

    public void Dispose() => _ = close(_handle);

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static unsafe partial int epoll_ctl(int epoll, int operation, int socket, byte* wanted);

    [LibraryImport("libc")]
    private static unsafe partial int epoll_wait(int epoll, byte* events, int count, int milliseconds);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
