using EventHub.Events;
using EventHub.Journal;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Journal;

public sealed class ProgressOfTests
{
    private static readonly Guid s_event = Guid.Parse("0199f5e1-7c2a-7b3c-8d4e-0123456789ab");

    [Fact]
    public void An_event_that_matched_nobody_is_completed() => Assert.Equal(new EventProgress(EventStatus.Completed, 0, null, null, null), ProgressOf.Dispatches([]));

    [Fact]
    public void None_started_is_pending() => Assert.Equal(EventStatus.Pending, Status(Ongoing(1), Ongoing(2)));

    [Fact]
    public void One_under_way_is_processing() => Assert.Equal(EventStatus.Processing, Status(Ongoing(1, attempts: 1), Ongoing(2)));

    [Fact]
    public void One_ended_and_one_not_started_is_processing() => Assert.Equal(EventStatus.Processing, Status(Ended(1, DispatchStatus.Complete), Ongoing(2)));

    [Theory]
    [InlineData(DispatchStatus.Complete, EventStatus.Completed)]
    [InlineData(DispatchStatus.Ignored, EventStatus.Completed)]
    [InlineData(DispatchStatus.Failed, EventStatus.Failed)]
    [InlineData(DispatchStatus.Misconfigured, EventStatus.Failed)]
    [InlineData(DispatchStatus.Lost, EventStatus.Failed)]
    public void All_ended_is_completed_unless_one_ended_badly(DispatchStatus status, EventStatus expected) =>
        Assert.Equal(expected, Status(Ended(1, DispatchStatus.Complete), Ended(2, status)));

    [Fact]
    public void While_one_is_ongoing_a_failure_does_not_show_yet() => Assert.Equal(EventStatus.Processing, Status(Ended(1, DispatchStatus.Failed), Ongoing(2)));

    [Fact]
    public void Delivered_again_the_newest_delivery_counts()
    {
        Assert.Equal(EventStatus.Completed, Status(Ended(1, DispatchStatus.Failed), Ended(1, DispatchStatus.Complete, generation: 1)));
        Assert.Equal(EventStatus.Failed, Status(Ended(1, DispatchStatus.Complete), Ended(1, DispatchStatus.Failed, generation: 1)));
        Assert.Equal(EventStatus.Processing, Status(Ended(1, DispatchStatus.Failed), Ongoing(1, generation: 1)));
        Assert.Equal(EventStatus.Completed, Status(Ended(1, DispatchStatus.Failed, generation: 2), Ended(1, DispatchStatus.Complete, generation: 10)));
    }

    [Fact]
    public void Retries_are_the_attempts_beyond_each_first() =>
        Assert.Equal(5, ProgressOf.Dispatches([Ended(1, DispatchStatus.Complete, attempts: 4), Ongoing(2, attempts: 3), Ongoing(3)]).RetryCount);

    [Fact]
    public void The_times_are_those_of_the_first_and_the_last_end_and_the_last_only_when_none_is_ongoing()
    {
        var (first, last) = (Ended(1, DispatchStatus.Complete, at: 5), Ended(2, DispatchStatus.Complete, at: 9));
        var done = ProgressOf.Dispatches([last, first]);
        Assert.Equal((Make.Time.AddSeconds(5), Make.Time.AddSeconds(9)), (done.ProcessedAt, done.CompletedAt));
        var open = ProgressOf.Dispatches([first, Ongoing(2)]);
        Assert.Equal((Make.Time.AddSeconds(5), (DateTimeOffset?)null), (open.ProcessedAt, open.CompletedAt));
        Assert.Null(ProgressOf.Dispatches([Ongoing(1)]).ProcessedAt);
    }

    [Fact]
    public void The_error_is_that_of_the_failure_or_else_of_what_is_being_retried()
    {
        Assert.Equal("boom", ProgressOf.Dispatches([Ended(1, DispatchStatus.Complete), Ended(2, DispatchStatus.Failed, error: "boom")]).Error);
        Assert.Equal("slow", ProgressOf.Dispatches([Ongoing(1, attempts: 1, error: "slow")]).Error);
        Assert.Null(ProgressOf.Dispatches([Ended(1, DispatchStatus.Failed, error: "boom"), Ended(1, DispatchStatus.Complete, generation: 1)]).Error);
    }

    private static EventStatus Status(params DispatchInfo[] dispatches) => ProgressOf.Dispatches(dispatches).Status;

    private static DispatchInfo Ongoing(int subscription, int attempts = 0, int generation = 0, string? error = null) => new()
    {
        Id = DispatchId.Format(s_event, new DispatchKey(1, subscription, generation)), EventId = s_event, Sequence = 1, SubscriptionId = $"s{subscription}",
        Subscription = $"s{subscription}", Status = DispatchStatus.Ongoing, AttemptCount = attempts, CreatedAt = Make.Time, LastError = error,
    };

    private static DispatchInfo Ended(int subscription, DispatchStatus status, int attempts = 1, int generation = 0, int at = 1, string? error = null) =>
        Ongoing(subscription, attempts, generation, error) with { Status = status, ResultedAt = Make.Time.AddSeconds(at) };
}
