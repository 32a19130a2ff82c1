using System.Buffers;
using System.Text.Json;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Relay;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>Makes attempts at clients that are connected to this hub, or to another one of the same store.</summary>
/// <param name="handlers">The clients.</param>
/// <param name="relay">What knows which names were served at other hubs; <c>null</c> where there are none.</param>
public sealed class RpcClient(RpcHandlers handlers, IRelayStore? relay = null) : IDestinationClient
{
    private const int MaxShown = 200;

    /// <inheritdoc/>
    public Type DestinationType => typeof(RpcDestination);

    /// <inheritdoc/>
    public async ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var destination = (RpcDestination)request.Subscription.Destination;
        if (!destination.IsServed && !handlers.Has(destination.Name) && (relay is null || !await relay.WasServedAsync(destination.Name, cancellationToken)))
            return new AttemptOutcome(AttemptKind.Misconfigured, Error: $"no client has ever called Serve(\"{destination.Name}\")");

        // A client that reconnects is worth waiting for; what is left of the attempt's time is the client's.
        var limit = request.Subscription.Delivery.Timeout;
        try
        {
            var answer = await handlers.HandleAsync(destination.Name, Write(request, destination.Name), limit, cancellationToken);
            return answer switch
            {
                null => new AttemptOutcome(AttemptKind.NetworkError, Error: $"no client that serves '{destination.Name}' was connected within {(limit / 2).TotalMilliseconds:0} ms"),
                "complete" => new AttemptOutcome(AttemptKind.Complete),
                "ignored" => new AttemptOutcome(AttemptKind.Ignored),
                "failed" => new AttemptOutcome(AttemptKind.Failed, Error: "the client answered failed"),
                _ => new AttemptOutcome(AttemptKind.Failed, Error: $"the client answered {Shortened(answer)}, which is not complete, ignored or failed"),
            };
        }
        catch (IOException)
        {
            return new AttemptOutcome(AttemptKind.NetworkError, Error: "the connection to the client was lost before it answered");
        }
        catch (RpcHandlerException exception)
        {
            return new AttemptOutcome(AttemptKind.Failed, Error: Shortened(exception.Message, AttemptOutcome.MaxResponseBody));
        }
    }

    /// <summary>The event as destinations get it, and with it what a client tells repetitions by.</summary>
    private static ReadOnlyMemory<byte> Write(DeliveryRequest request, string name)
    {
        var output = new ArrayBufferWriter<byte>(request.Event.Size + 512);
        EventJson.WriteForDestination(output, request.Event, writer =>
        {
            writer.WriteStartObject("dispatch"u8);
            writer.WriteString("id"u8, request.DispatchId);
            writer.WriteNumber("attempt"u8, request.Attempt);
            writer.WriteString("destination"u8, name);
            writer.WriteString("subscription_id"u8, request.Subscription.Id);
            writer.WriteEndObject();
        });
        return output.WrittenMemory;
    }

    private static string Shortened(string text, int max = MaxShown) => text.Length <= max ? text : string.Concat(text.AsSpan(0, max - 1), "…");
}
