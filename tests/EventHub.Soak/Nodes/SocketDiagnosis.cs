using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace EventHub.Soak.Nodes;

/// <summary>Asks Linux about one TCP socket (sock_diag(7)): reading all of /proc/net/tcp takes too long to do for every connection.</summary>
internal sealed class SocketDiagnosis : IDisposable
{
    private const int Netlink = 16;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int SockDiag = 4;
    private const ushort ByFamily = 20;
    private const ushort Request = 1;
    private const int HeaderSize = 16;
    private const int RequestSize = HeaderSize + 56;
    private const int InodeOffset = HeaderSize + 68;
    private readonly int _socket;
    private readonly byte[] _answer = new byte[4096];

    public SocketDiagnosis()
    {
        _socket = OpenSocket(Netlink, Datagram | CloseOnExec, SockDiag);
        if (_socket < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "sock_diag is not to be had from this kernel");
    }

    /// <summary>Of the socket between two ends, IPv4 both; <c>null</c> when there is none that anybody has open.</summary>
    public uint? FindInode(IPEndPoint own, IPEndPoint other)
    {
        var request = new byte[RequestSize];
        var span = request.AsSpan();
        MemoryMarshal.Write(span, RequestSize);
        MemoryMarshal.Write(span[4..], ByFamily);
        MemoryMarshal.Write(span[6..], Request);
        span[16] = 2; // AF_INET
        span[17] = 6; // TCP
        MemoryMarshal.Write(span[20..], -1); // in any state
        BinaryPrimitives.WriteUInt16BigEndian(span[24..], (ushort)own.Port);
        BinaryPrimitives.WriteUInt16BigEndian(span[26..], (ushort)other.Port);
        own.Address.MapToIPv4().TryWriteBytes(span[28..], out _);
        other.Address.MapToIPv4().TryWriteBytes(span[44..], out _);
        MemoryMarshal.Write(span[64..], -1L); // no cookie
        if (Send(_socket, request, request.Length, 0) != request.Length) throw new Win32Exception(Marshal.GetLastPInvokeError());
        var length = Receive(_socket, _answer, _answer.Length, 0);
        if (length < HeaderSize) throw new Win32Exception(Marshal.GetLastPInvokeError());
        if (MemoryMarshal.Read<ushort>(_answer.AsSpan(4)) != ByFamily) return null; // an error: not found
        return MemoryMarshal.Read<uint>(_answer.AsSpan(InodeOffset)) is var inode and not 0 ? inode : null;
    }

    public void Dispose() => _ = Close(_socket);

    /// <summary>readlink(2).</summary>
    [DllImport("libc", EntryPoint = "readlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ReadLink([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] buffer, nint size);

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenSocket(int domain, int type, int protocol);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Send(int socket, byte[] buffer, nint size, int flags);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Receive(int socket, byte[] buffer, nint size, int flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int socket);
}
