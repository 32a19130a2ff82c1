using EventHub.Delivery;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Delivery;

public sealed class EventInboxTests
{
    [Fact]
    public void Full_by_count_it_refuses_until_one_is_taken()
    {
        var inbox = new EventInbox(2, long.MaxValue);
        Assert.True(inbox.TryAdd(Make.Event("a")));
        Assert.True(inbox.TryAdd(Make.Event("b")));
        Assert.False(inbox.TryAdd(Make.Event("c")));
        Assert.True(inbox.TryTake(out var first));
        Assert.Equal("a", first!.Type);
        Assert.True(inbox.TryAdd(Make.Event("d")));
        Assert.Equal(2, inbox.Count);
    }

    [Fact]
    public void Full_by_bytes_it_refuses_but_a_single_large_one_goes_in()
    {
        var inbox = new EventInbox(100, 1);
        Assert.True(inbox.TryAdd(Make.Event()));
        Assert.False(inbox.TryAdd(Make.Event()));
        Assert.True(inbox.TryTake(out _));
        Assert.True(inbox.TryAdd(Make.Event()));
    }
}
