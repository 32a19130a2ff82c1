using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Benchmarks.Suites;

/// <summary>Needs to know nothing.</summary>
internal sealed class NoObserver : ICommitObserver
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
