using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionRegistryTests
{
    private readonly SubscriptionRegistry _registry = new();

    [Fact]
    public void What_was_loaded_routes_from_the_head_on()
    {
        _registry.Load([Version(1, 1, 0, "a"), Version(1, 2, 3, "b"), Version(2, 1, 3, "*")], head: 10);
        Assert.Equal([1, 2], Match(11, "b"));
        Assert.Equal([2], Match(11, "a"));
        Assert.Equal(10, _registry.ChangedAt);
    }

    [Fact]
    public void A_change_holds_for_events_after_its_head_and_not_before()
    {
        _registry.Load([Version(1, 1, 0, "a")], head: 0);
        _registry.Apply(Version(1, 2, 5, "b"), head: 5);
        _registry.Apply(Version(1, 3, 8, "c"), head: 8);
        Assert.Equal([1], Match(5, "a"));
        Assert.Equal([1], Match(6, "b"));
        Assert.Equal([1], Match(8, "b"));
        Assert.Equal([1], Match(9, "c"));
        Assert.Empty(Match(9, "a"));
        Assert.Equal(8, _registry.ChangedAt);
    }

    [Fact]
    public void Of_changes_at_one_sequence_the_last_holds()
    {
        _registry.Load([], head: 0);
        _registry.Apply(Version(1, 1, 0, "a"), head: 0);
        _registry.Apply(Version(1, 2, 0, "b"), head: 0);
        Assert.Empty(Match(1, "a"));
        Assert.Equal([1], Match(1, "b"));
    }

    [Fact]
    public void Inactive_and_deleted_ones_route_nothing()
    {
        _registry.Load([Version(1, 1, 0, "a", active: false), Version(2, 1, 0, "a"), Version(2, 2, 0, "a", isDeleted: true)], head: 0);
        Assert.Empty(Match(1, "a"));
    }

    [Fact]
    public void A_deleted_one_is_still_found_with_its_history()
    {
        _registry.Load([Version(1, 1, 0, "a"), Version(1, 2, 4, "a", isDeleted: true)], head: 4);
        Assert.True(_registry.Find("s1")!.IsDeleted);
        Assert.NotNull(_registry.Find(1)!.At(4));
        Assert.Null(_registry.Find("s2"));
        Assert.Null(_registry.Find(2));
    }

    [Fact]
    public async Task A_change_wakes_those_who_watch()
    {
        var signal = new AsyncSignal();
        _registry.Watch(signal);
        var woken = signal.WaitAsync().AsTask();
        Assert.False(woken.IsCompleted);
        _registry.Apply(Version(1, 1, 0, "a"), head: 0);
        await woken.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static SubscriptionVersion Version(int key, int version, long after, string pattern, bool active = true, bool isDeleted = false) =>
        new(key, version, after, isDeleted, Make.Subscription($"s{key}", pattern) with { Active = active });

    private List<int> Match(long sequence, string type)
    {
        var matches = new HashSet<EventRoute>();
        _registry.TableFor(sequence).Match(Make.Event(type).At(sequence), matches);
        return [.. matches.Select(m => m.Key).Order()];
    }
}
