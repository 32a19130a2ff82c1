using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionHistoryTests
{
    [Fact]
    public void A_version_is_in_effect_after_its_sequence_up_to_that_of_the_next()
    {
        var history = SubscriptionHistory.Of(Version(1, after: 10)).With(Version(2, after: 20)).With(Version(3, after: 30));
        Assert.Equal([null, 1, 1, 2, 2, 3], new long[] { 10, 11, 20, 21, 30, 31 }.Select(sequence => history.At(sequence)?.Version.Version));
        Assert.Equal(10, history.StartsAfter);
        Assert.Equal(3, history.Current.Version);
    }

    [Fact]
    public void Of_versions_at_one_sequence_the_newest_counts()
    {
        var history = SubscriptionHistory.Of(Version(1, after: 10)).With(Version(2, after: 10));
        Assert.Equal(2, history.At(11)!.Version.Version);
        Assert.Null(history.At(10));
    }

    [Fact]
    public void After_a_deletion_nothing_is_in_effect_and_before_it_everything_still()
    {
        var history = SubscriptionHistory.Of(Version(1, after: 0)).With(Version(2, after: 5, isDeleted: true));
        Assert.NotNull(history.At(5));
        Assert.Null(history.At(6));
        Assert.True(history.IsDeleted);
    }

    [Fact]
    public void A_version_known_already_changes_nothing()
    {
        var history = SubscriptionHistory.Of(Version(1, after: 0)).With(Version(2, after: 5));
        Assert.Same(history, history.With(Version(2, after: 5)));
        Assert.Same(history, history.With(Version(1, after: 0)));
    }

    [Fact]
    public void The_next_change_is_the_first_that_is_not_before_the_sequence()
    {
        var history = SubscriptionHistory.Of(Version(1, after: 10)).With(Version(2, after: 20));
        Assert.Equal([10, 10, 20, 20, long.MaxValue], new long[] { 0, 10, 11, 20, 21 }.Select(history.NextChangeAfter));
    }

    private static SubscriptionVersion Version(int version, long after, bool isDeleted = false) => new(1, version, after, isDeleted, Make.Subscription("s"));
}
