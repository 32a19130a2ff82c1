using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>Makes attempts at handlers in this process.</summary>
/// <param name="handlers">The handlers.</param>
public sealed class HandlerClient(HandlerRegistry handlers) : IDestinationClient
{
    /// <inheritdoc/>
    public Type DestinationType => typeof(HandlerDestination);

    /// <inheritdoc/>
    public async ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var name = ((HandlerDestination)request.Subscription.Destination).Name;
        if (handlers.Find(name) is not { } handler)
        {
            var error = $"no handler named '{name}' is registered in this process; register it before the hub starts";
            return new AttemptOutcome(AttemptKind.Misconfigured, Error: error);
        }

        try
        {
            var result = await handler.HandleAsync(new HandlerContext(request.Event, request.DispatchId, request.Attempt), cancellationToken);
            return result switch
            {
                HandlerResult.Complete => new AttemptOutcome(AttemptKind.Complete),
                HandlerResult.Ignored => new AttemptOutcome(AttemptKind.Ignored),
                _ => new AttemptOutcome(AttemptKind.Failed, Error: $"the handler returned {result}, which is no result"),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            return new AttemptOutcome(AttemptKind.Failed, Error: $"{exception.GetType().FullName}: {exception.Message}");
        }
    }
}
