using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace EventHub.AspNetCore.Rpc;

/// <summary>What is kept of a connected client.</summary>
internal sealed class RpcClientState(RpcOptions options, RpcConnection connection)
{
    private static readonly object s_key = new();
    private readonly HashSet<string> _destinations = new(StringComparer.Ordinal);
    private int _streams;

    /// <summary>The way to its handlers.</summary>
    public RpcConnection Connection { get; } = connection;

    /// <summary>The state of the client a call came from.</summary>
    public static RpcClientState Of(HubCallerContext context) => (RpcClientState)context.Items[s_key]!;

    /// <summary>Keeps the state with the connection.</summary>
    public void AttachTo(HubCallerContext context) => context.Items[s_key] = this;

    /// <summary>Counts a stream; to be given back with <see cref="LeaveStream"/>.</summary>
    public void EnterStream()
    {
        if (Interlocked.Increment(ref _streams) <= options.MaxStreamsPerConnection) return;
        LeaveStream();
        throw Refusal("Too many streams", $"{options.MaxStreamsPerConnection} streams are open on this connection, which is the limit", "TOO_MANY_STREAMS");
    }

    /// <summary>A stream has ended.</summary>
    public void LeaveStream() => Interlocked.Decrement(ref _streams);

    /// <summary>Counts a destination; one it serves already counts once.</summary>
    public void AddDestination(string name)
    {
        lock (_destinations)
        {
            if (_destinations.Contains(name) || _destinations.Count < options.MaxDestinationsPerConnection && _destinations.Add(name)) return;
        }

        throw Refusal("Too many destinations", $"this connection serves {options.MaxDestinationsPerConnection} destinations, which is the limit", "TOO_MANY_DESTINATIONS");
    }

    private static HubException Refusal(string title, string detail, string code) => new Problem(StatusCodes.Status429TooManyRequests, title, [], detail, code).Exception();
}
