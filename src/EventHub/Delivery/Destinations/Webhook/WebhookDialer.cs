using System.Net;
using System.Net.Sockets;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Opens the connections of webhooks: resolves, asks the guard, and dials the very addresses the guard saw.</summary>
/// <param name="guard">Judges addresses.</param>
/// <param name="resolve">Resolves a name; throws <see cref="SocketException"/> when it cannot.</param>
/// <param name="addressTimeout">How long one of several addresses is tried before the next.</param>
/// <param name="time">Measures it.</param>
/// <param name="maxConnections">Open at a time, at most.</param>
internal sealed class WebhookDialer(
    AddressGuard guard, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeSpan addressTimeout, TimeProvider time, int maxConnections = int.MaxValue)
{
    private readonly ConnectionSlots _slots = new(maxConnections);

    public ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) =>
        _slots.OpenAsync(cancelled => OpenAsync(endPoint, cancelled), cancellationToken);

    private async ValueTask<Socket> OpenAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal) ? [literal] : await resolve(endPoint.Host, cancellationToken);
        var allowed = Allowed(endPoint.Host, addresses);
        for (var i = 0; ; i++)
        {
            var isLast = i == allowed.Count - 1;
            using var limit = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : addressTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await DialAsync(new IPEndPoint(allowed[i], endPoint.Port), either.Token);
            }
            catch (Exception exception)
                when (!isLast && !cancellationToken.IsCancellationRequested && exception is SocketException or OperationCanceledException)
            {
                // The next address may do; the last one's error is the one reported.
            }
        }
    }

    private List<IPAddress> Allowed(string host, IPAddress[] addresses)
    {
        var allowed = new List<IPAddress>(addresses.Length);
        AddressNotAllowedException? refused = null;
        foreach (var address in addresses)
        {
            if (guard.Check(address) is { } reason) refused ??= new AddressNotAllowedException(host, address, reason);
            else allowed.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        }

        return allowed.Count > 0 ? allowed : throw refused ?? (Exception)new SocketException((int)SocketError.NoData);
    }

    private static async ValueTask<Socket> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
