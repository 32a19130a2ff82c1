using System.Globalization;
using System.Net;
using System.Text;
using EventHub.Soak.Crashes;

namespace EventHub.Soak.Nodes;

/// <summary>Finds which process of this machine is at the other end of a connection, as the kernel knows it.</summary>
internal sealed class SocketOwners : IDisposable
{
    private const string SocketLink = "socket:[";

    /// <summary>For a connection whose process was gone before anybody looked, or had closed it.</summary>
    private readonly Generation _gone = new(-1, "a process that was gone");

    private readonly Lock _lock = new();
    private readonly SocketDiagnosis _kernel = new();
    private readonly Dictionary<int, Generation> _processes = [];
    private readonly Dictionary<uint, Generation> _sockets = [];

    public SocketOwners() => _gone.Kill(System.Diagnostics.Stopwatch.GetTimestamp());

    /// <summary>Connections whose process was not found.</summary>
    public int NotFound { get; private set; }

    /// <summary>A process that may connect from now on.</summary>
    public void Add(int processId, Generation generation)
    {
        lock (_lock) _processes[processId] = generation;
    }

    /// <summary>A process that is gone: the number may come again.</summary>
    public void Remove(int processId)
    {
        lock (_lock) _processes.Remove(processId);
    }

    /// <param name="local">This end of a connection.</param>
    /// <param name="remote">The other.</param>
    public Generation Find(EndPoint? local, EndPoint? remote)
    {
        lock (_lock)
        {
            if (_kernel.FindInode((IPEndPoint)remote!, (IPEndPoint)local!) is { } inode)
            {
                // Numbers of sockets come again: each is looked up once, and what is known is dropped with every look at all of them.
                if (_sockets.Remove(inode, out var known)) return known;
                Look();
                if (_sockets.Remove(inode, out var found)) return found;
            }

            NotFound++;
            return _gone;
        }
    }

    public void Dispose() => _kernel.Dispose();

    private void Look()
    {
        _sockets.Clear();
        var link = new byte[64];
        foreach (var (process, generation) in _processes)
        {
            try
            {
                foreach (var descriptor in Directory.EnumerateFileSystemEntries($"/proc/{process}/fd"))
                {
                    var length = (int)SocketDiagnosis.ReadLink(descriptor, link, link.Length);
                    if (length <= SocketLink.Length) continue; // closed just now, among others
                    var text = Encoding.ASCII.GetString(link, 0, length);
                    if (text.StartsWith(SocketLink, StringComparison.Ordinal)) _sockets[uint.Parse(text.AsSpan(SocketLink.Length..^1), CultureInfo.InvariantCulture)] = generation;
                }
            }
            catch (IOException)
            {
                // It is gone.
            }
        }
    }
}
