using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Server.Hosting;

/// <summary>For a store that is opened without a hub.</summary>
internal sealed class NobodyListens : ICommitObserver
{
    public void Appended(IReadOnlyList<Event> events)
    {
    }

    public void HeadMoved(long head)
    {
    }

    public void SubscriptionChanged(SubscriptionVersion version)
    {
    }

    public void Requeued(int subscriptionKey)
    {
    }
}
