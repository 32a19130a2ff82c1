using EventHub.Routing;

namespace EventHub.Delivery.Destinations;

/// <summary>The clients by kind of destination.</summary>
internal sealed class DestinationClients(IEnumerable<IDestinationClient> clients)
{
    private readonly Dictionary<Type, IDestinationClient> _clients = clients.ToDictionary(c => c.DestinationType);

    public IDestinationClient? For(Destination destination) => _clients.GetValueOrDefault(destination.GetType());
}
