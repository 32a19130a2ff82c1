using EventHub.Delivery;

namespace EventHub.Tests.Delivery;

public sealed class StartQueueTests
{
    private readonly StartQueue _queue = new();

    [Fact]
    public void What_is_ready_comes_in_the_order_it_was_added()
    {
        foreach (var sequence in new long[] { 3, 1, 2 }) _queue.Add(Make(sequence));
        Assert.Equal([3, 1, 2], TakeAll());
    }

    [Fact]
    public void What_is_due_later_comes_by_its_time_then_its_sequence()
    {
        _queue.Add(Make(1, dueAt: 20));
        _queue.Add(Make(3, dueAt: 10));
        _queue.Add(Make(2, dueAt: 10));
        Assert.Equal(10, _queue.NextDue);
        _queue.Advance(9);
        Assert.Empty(TakeAll());
        _queue.Advance(10);
        Assert.Equal([2, 3], TakeAll());
        Assert.Equal(20, _queue.NextDue);
        _queue.Advance(20);
        Assert.Equal([1], TakeAll());
        Assert.Equal(long.MaxValue, _queue.NextDue);
    }

    [Fact]
    public void One_that_ended_without_its_turn_is_passed_over()
    {
        var ended = Make(1);
        _queue.Add(ended);
        _queue.Add(Make(2));
        ended.Stage = DispatchStage.Ending;
        Assert.Equal([2], TakeAll());
    }

    private List<long> TakeAll()
    {
        var taken = new List<long>();
        while (_queue.Peek() is not null) taken.Add(_queue.Take().Sequence);
        return taken;
    }

    private static Dispatch Make(long sequence, long dueAt = 0) => new() { Sequence = sequence, Generation = 0, Lane = null, IsAtMostOnce = false, DueAt = dueAt };
}
