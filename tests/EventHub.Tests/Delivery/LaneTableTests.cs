using EventHub.Delivery;

namespace EventHub.Tests.Delivery;

public sealed class LaneTableTests
{
    private readonly LaneTable _lanes = new();

    [Fact]
    public void The_first_of_a_lane_is_its_head_and_the_next_takes_its_place()
    {
        var (first, second, third) = (Make(1), Make(2), Make(3));
        Assert.True(_lanes.Enter(first, out _));
        Assert.False(_lanes.Enter(second, out var isBlocked));
        Assert.False(isBlocked);
        Assert.False(_lanes.Enter(third, out _));
        Assert.Same(second, _lanes.Leave(first));
        Assert.Same(third, _lanes.Leave(second));
        Assert.Null(_lanes.Leave(third));
    }

    [Fact]
    public void Lanes_do_not_know_each_other()
    {
        Assert.True(_lanes.Enter(Make(1, "a"), out _));
        Assert.True(_lanes.Enter(Make(2, "A"), out _));
    }

    [Fact]
    public void An_empty_lane_is_forgotten_with_its_block()
    {
        var head = Make(1);
        _lanes.Enter(head, out _);
        _lanes.Block(head);
        _lanes.Leave(head);
        Assert.True(_lanes.Enter(Make(2), out var isBlocked));
        Assert.False(isBlocked);
    }

    [Fact]
    public void Blocking_names_the_followers_once()
    {
        var (head, follower) = (Make(1), Make(2));
        _lanes.Enter(head, out _);
        _lanes.Enter(follower, out _);
        Assert.True(_lanes.HoldsOthersUp(head));
        Assert.Equal([follower], _lanes.Block(head));
        Assert.Empty(_lanes.Block(head));
        Assert.False(_lanes.HoldsOthersUp(head));
        _lanes.Enter(Make(3), out var isBlocked);
        Assert.True(isBlocked);
    }

    [Fact]
    public void A_new_head_is_not_blocked()
    {
        var (head, second) = (Make(1), Make(2));
        _lanes.Enter(head, out _);
        _lanes.Enter(second, out _);
        _lanes.Block(head);
        _lanes.Leave(head);
        _lanes.Enter(Make(3), out var isBlocked);
        Assert.False(isBlocked);
    }

    [Fact]
    public void A_head_that_failed_before_the_restart_blocks_its_lane()
    {
        var head = Make(1);
        head.Attempts = 1;
        _lanes.Enter(head, out var isBlocked);
        Assert.True(isBlocked);
    }

    [Fact]
    public void One_that_leaves_out_of_turn_passes_nothing_on()
    {
        var (head, middle, last) = (Make(1), Make(2), Make(3));
        foreach (var dispatch in new[] { head, middle, last }) _lanes.Enter(dispatch, out _);
        Assert.Null(_lanes.Leave(middle));
        Assert.Same(last, _lanes.Leave(head));
    }

    [Fact]
    public void Without_a_lane_there_is_nothing_to_leave_or_hold_up()
    {
        var free = Make(1, null);
        Assert.Null(_lanes.Leave(free));
        Assert.Empty(_lanes.Block(free));
        Assert.False(_lanes.HoldsOthersUp(free));
    }

    private static Dispatch Make(long sequence, string? lane = "a") => new() { Sequence = sequence, Generation = 0, Lane = lane, IsAtMostOnce = false };
}
