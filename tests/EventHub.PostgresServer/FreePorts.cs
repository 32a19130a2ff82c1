using System.Net;
using System.Net.Sockets;

namespace EventHub.PostgresServer;

/// <summary>
/// Ports for servers that have to be told theirs, and listen some seconds later: none of those the system itself gives to connections and listeners, of which
/// tests that run meanwhile have thousands.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int BeyondLast = 32_000;

    /// <summary>One on 127.0.0.1 where nobody listens.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, BeyondLast);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
