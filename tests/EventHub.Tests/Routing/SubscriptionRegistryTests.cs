using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionRegistryTests
{
    private readonly SubscriptionRegistry _registry = new();

    [Fact]
    public void What_was_loaded_is_in_effect_from_its_sequence_on()
    {
        _registry.Load([Version(1, 1, 0, "a"), Version(1, 2, 3, "b"), Version(2, 1, 3, "*")]);
        Assert.Equal([1, 2], Match(11, "b"));
        Assert.Equal([2], Match(11, "a"));
    }

    [Fact]
    public void A_change_holds_for_events_after_its_sequence_and_not_before()
    {
        _registry.Load([Version(1, 1, 0, "a")]);
        _registry.Apply(Version(1, 2, 5, "b"));
        _registry.Apply(Version(1, 3, 8, "c"));
        Assert.Equal([1], Match(5, "a"));
        Assert.Equal([1], Match(6, "b"));
        Assert.Equal([1], Match(8, "b"));
        Assert.Equal([1], Match(9, "c"));
        Assert.Empty(Match(9, "a"));
    }

    [Fact]
    public void Of_changes_at_one_sequence_the_last_holds()
    {
        _registry.Load([]);
        _registry.Apply(Version(1, 1, 0, "a"));
        _registry.Apply(Version(1, 2, 0, "b"));
        Assert.Empty(Match(1, "a"));
        Assert.Equal([1], Match(1, "b"));
    }

    [Fact]
    public void Inactive_and_deleted_ones_route_nothing()
    {
        _registry.Load([Version(1, 1, 0, "a", active: false), Version(2, 1, 0, "a"), Version(2, 2, 0, "a", isDeleted: true)]);
        Assert.Empty(Match(1, "a"));
    }

    [Fact]
    public void A_deleted_one_is_still_found_with_its_history()
    {
        _registry.Load([Version(1, 1, 0, "a"), Version(1, 2, 4, "a", isDeleted: true)]);
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
        _registry.Apply(Version(1, 1, 0, "a"));
        await woken.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
    }

    private static SubscriptionVersion Version(int key, int version, long after, string pattern, bool active = true, bool isDeleted = false) =>
        new(key, version, after, isDeleted, Make.Subscription($"s{key}", pattern) with { Active = active });

    private List<int> Match(long sequence, string type)
    {
        var item = Make.Event(type).At(sequence);
        return [.. _registry.Histories.Values.Where(history => history.At(sequence)?.Accepts(item) == true).Select(history => history.Key)];
    }
}
