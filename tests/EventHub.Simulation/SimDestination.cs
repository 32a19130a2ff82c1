using EventHub.Delivery.Destinations;
using EventHub.Routing;

namespace EventHub.Simulation;

/// <summary>A destination that answers, fails, hangs, resets and refuses as the seed says.</summary>
internal sealed class SimDestination(SimWorld world, SimNode node) : IDestinationClient
{
    public Type DestinationType => typeof(HandlerDestination);

    public async ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        await world.Checker.AttemptStartedAsync(node, request);
        try
        {
            await world.HopAsync(node.Time);
            var kind = world.Faults.NextOutcome();
            if (kind == AttemptKind.Timeout)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, node.Time, cancellationToken);
            }

            if (world.Faults.Chance(0.3)) await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(400)), node.Time, cancellationToken);
            world.Trace($"{node.Context}: {request.DispatchId} attempt {request.Attempt} → {kind}");
            world.Checker.Answered(request, kind);
            await world.HopAsync(node.Time);
            return new AttemptOutcome(kind, Error: kind == AttemptKind.Complete ? null : kind.ToString());
        }
        finally
        {
            world.Checker.AttemptEnded(node, request);
        }
    }
}
