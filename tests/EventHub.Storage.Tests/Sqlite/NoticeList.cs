using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Storage.Tests.Sqlite;

/// <summary>What a store told of its commits, as words: <c>+1-3</c> for events, <c>s1v2</c> for a subscription's version, <c>r1</c> for a requeue.</summary>
public sealed class NoticeList : ICommitObserver
{
    private readonly Lock _gate = new();
    private readonly List<string> _notices = [];

    public string Text
    {
        get
        {
            lock (_gate) return string.Join(' ', _notices);
        }
    }

    public void Appended(IReadOnlyList<Event> events) => Add($"+{events[0].Sequence}-{events[^1].Sequence}");

    public void HeadMoved(long head) => Add($"h{head}");

    public void SubscriptionChanged(SubscriptionVersion version) => Add($"s{version.Key}v{version.Version}");

    public void Requeued(int subscriptionKey) => Add($"r{subscriptionKey}");

    private void Add(string notice)
    {
        lock (_gate) _notices.Add(notice);
    }
}
