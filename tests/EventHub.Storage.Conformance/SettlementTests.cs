using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Settlements: results, attempts, exceptions and floors commit together or not at all.</summary>
public abstract class SettlementTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task All_of_a_settlement_is_there_afterwards()
    {
        var worker = await WorkerWithEventsAsync(5);

        await worker.SettleAsync(
            [Make.Result(worker.Key(1)), Make.Result(worker.Key(2), DispatchStatus.Ignored), Make.Result(worker.Key(5))],
            [Make.Exception(worker.Key(3)), Make.Exception(worker.Key(4), ExceptionState.Parked)],
            [new TrackFloor(0, 4, IsDone: false)], [Make.Attempt(worker.Key(3), 1)]);

        var state = await worker.LoadAsync();
        Assert.Equal([new Track(0, 4, null)], state.Tracks);
        Assert.Equal([(worker.Key(3), ExceptionState.Retrying), (worker.Key(4), ExceptionState.Parked)], state.Exceptions.Select(e => (e.Key, e.State)));
        Assert.Equal([worker.Key(5)], state.EndedAboveFloor);
        Assert.Equal(
            [DispatchStatus.Complete, DispatchStatus.Ignored, DispatchStatus.Ongoing, DispatchStatus.Ongoing, DispatchStatus.Complete],
            (await QueryAsync()).Select(record => record.Status));
        Assert.Equal([1], (await Journal.GetAttemptsAsync(worker.Key(3), Cancel)).Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task A_settlement_of_nothing_is_taken_under_a_lease_that_holds()
    {
        var worker = await WorkerWithEventsAsync(1);

        Assert.True(await worker.TrySettleAsync());
    }

    [Fact]
    public async Task Only_what_ended_above_the_floor_is_named()
    {
        var worker = await WorkerWithEventsAsync(6);
        await worker.CompleteAsync(1, 3, 4, 6);
        Assert.Equal([worker.Key(1), worker.Key(3), worker.Key(4), worker.Key(6)], (await worker.LoadAsync()).EndedAboveFloor.Order());

        await worker.SettleAsync([Make.Result(worker.Key(2))], floors: [new TrackFloor(0, 4, IsDone: false)]);

        Assert.Equal([worker.Key(6)], (await worker.LoadAsync()).EndedAboveFloor);
    }

    [Fact]
    public async Task A_second_result_is_refused_and_nothing_of_its_settlement_is_kept()
    {
        var worker = await WorkerWithEventsAsync(4);
        await worker.CompleteAsync(2);
        await worker.HoldAsync(3);

        await worker.AssertRefusedAsync(worker.Settlement(
            [Make.Result(worker.Key(1)), Make.Result(worker.Key(2), DispatchStatus.Failed), Make.Result(worker.Key(3), endsException: true)],
            [Make.Exception(worker.Key(4))], [new TrackFloor(0, 4, IsDone: false)], [Make.Attempt(worker.Key(1), 1)]));

        var state = await worker.LoadAsync();
        Assert.Equal([new Track(0, 0, null)], state.Tracks);
        Assert.Equal([worker.Key(3)], state.Exceptions.Select(exception => exception.Key));
        Assert.Equal([worker.Key(2)], state.EndedAboveFloor);
        Assert.Equal([DispatchStatus.Complete, DispatchStatus.Ongoing], (await QueryAsync()).Select(record => record.Status));
        Assert.Empty(await Journal.GetAttemptsAsync(worker.Key(1), Cancel));
    }

    [Fact]
    public async Task Two_results_for_a_dispatch_in_one_settlement_are_refused()
    {
        var worker = await WorkerWithEventsAsync(2);

        await worker.AssertRefusedAsync(worker.Settlement([Make.Result(worker.Key(2)), Make.Result(worker.Key(1)), Make.Result(worker.Key(1))]));

        Assert.Empty(await QueryAsync());
    }

    [Fact]
    public async Task A_floor_does_not_go_back()
    {
        var worker = await WorkerWithEventsAsync(5);
        await worker.MoveFloorAsync(3);

        await worker.AssertRefusedAsync(worker.Settlement([Make.Result(worker.Key(4))], floors: [new TrackFloor(0, 2, IsDone: false)]));

        Assert.Equal([new Track(0, 3, null)], (await worker.LoadAsync()).Tracks);
        Assert.Empty(await QueryAsync());
        await worker.MoveFloorAsync(3);
    }

    [Fact]
    public async Task A_worker_goes_on_after_a_refusal()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.CompleteAsync(1);
        await worker.AssertRefusedAsync(worker.Settlement([Make.Result(worker.Key(1))]));

        await worker.SettleAsync([Make.Result(worker.Key(2))], floors: [new TrackFloor(0, 2, IsDone: false)]);

        Assert.Equal([new Track(0, 2, null)], (await worker.LoadAsync()).Tracks);
    }

    [Fact]
    public async Task An_exception_replaces_the_one_with_its_key()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(1), ExceptionState.Parked, attempts: 0)]);

        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(1), ExceptionState.Retrying, attempts: 2) with { LastError = "second" }]);

        var exception = Assert.Single((await worker.LoadAsync()).Exceptions);
        Assert.Equal((ExceptionState.Retrying, 2, "second"), (exception.State, exception.Attempts, exception.LastError));
        Assert.Equal(1, Assert.Single(await Journal.GetCountsAsync(Cancel)).Exceptions);
    }

    [Fact]
    public async Task A_result_ends_the_exception_of_its_dispatch_and_no_other()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.HoldAsync(1, 2);

        await worker.SettleAsync([Make.Result(worker.Key(1), endsException: true)]);

        Assert.Equal([worker.Key(2)], (await worker.LoadAsync()).Exceptions.Select(exception => exception.Key));
        Assert.Equal(DispatchStatus.Complete, (await FindAsync(worker.Key(1)))!.Status);
    }

    [Fact]
    public async Task Exceptions_are_given_by_sequence_then_generation()
    {
        var worker = await WorkerWithEventsAsync(3);
        DispatchKey[] keys = [worker.Key(3), worker.Key(1, 2), worker.Key(2), worker.Key(1), worker.Key(1, 10)];

        await worker.SettleAsync(exceptions: [.. keys.Select(key => Make.Exception(key))]);

        Assert.Equal(keys.Order(), (await worker.LoadAsync()).Exceptions.Select(exception => exception.Key));
    }

    [Fact]
    public async Task Every_field_of_an_exception_comes_back()
    {
        var worker = await WorkerWithEventsAsync(2);
        var full = new ExceptionRecord
        {
            Key = worker.Key(1), State = ExceptionState.Started, Lane = "lane-😀", Attempts = 7, DueAt = Make.Time.AddMilliseconds(1234),
            CreatedAt = Make.Time.AddMilliseconds(5), RetryLimit = 0, RetryDelay = TimeSpan.FromMilliseconds(1500), LastError = "it's \"bad\"\n",
        };
        var bare = new ExceptionRecord { Key = worker.Key(2), State = ExceptionState.Parked, DueAt = Make.Time };

        await worker.SettleAsync(exceptions: [full, bare]);

        Assert.Equal([full, bare], (await worker.LoadAsync()).Exceptions);
    }

    [Fact]
    public async Task Every_field_of_a_result_comes_back()
    {
        var worker = await WorkerWithEventsAsync(2);
        var full = new DispatchResult
        {
            Key = worker.Key(1), Status = DispatchStatus.Misconfigured, Attempts = 4, ResultedAt = Make.Time.AddMilliseconds(9), CreatedAt = Make.Time.AddMilliseconds(3),
            Duration = TimeSpan.FromMilliseconds(250), HttpStatus = 503, ResponseBody = "<b>ü</b>", Error = "no \"good\"", IsDeadLetter = true,
        };
        var bare = new DispatchResult { Key = worker.Key(2), Status = DispatchStatus.Lost, Attempts = 0, ResultedAt = Make.Time };

        await worker.SettleAsync([full, bare]);

        var events = await ReadAllAsync();
        Assert.Equal(
            [
                new DispatchRecord
                {
                    Key = full.Key, EventId = events[0].Id, EventType = events[0].Type, Status = full.Status, Attempts = 4, CreatedAt = full.CreatedAt!.Value,
                    ResultedAt = full.ResultedAt, Duration = full.Duration, HttpStatus = 503, ResponseBody = full.ResponseBody, LastError = full.Error,
                    IsDeadLetter = true,
                },
                new DispatchRecord
                {
                    Key = bare.Key, EventId = events[1].Id, EventType = events[1].Type, Status = DispatchStatus.Lost, Attempts = 0, CreatedAt = events[1].CreatedAt,
                    ResultedAt = bare.ResultedAt,
                },
            ],
            await QueryAsync());
    }

    [Fact]
    public async Task Attempts_come_back_by_number_with_every_field()
    {
        var worker = await WorkerWithEventsAsync(2);
        var full = new AttemptRecord
        {
            Key = worker.Key(1), Number = 2, StartedAt = Make.Time.AddMilliseconds(7), Duration = TimeSpan.FromMilliseconds(8), Outcome = "timeout",
            HttpStatus = 504, ResponseBody = "späť", Error = "too 'late'",
        };
        var bare = new AttemptRecord { Key = worker.Key(1), Number = 1, StartedAt = Make.Time, Duration = TimeSpan.Zero, Outcome = "network_error" };
        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(1))], attempts: [full, bare]);

        await worker.SettleAsync([Make.Result(worker.Key(1), endsException: true), Make.Result(worker.Key(2))], attempts: [Make.Attempt(worker.Key(1), 3)]);

        Assert.Equal([bare, full, Make.Attempt(worker.Key(1), 3)], await Journal.GetAttemptsAsync(worker.Key(1), Cancel));
        Assert.Empty(await Journal.GetAttemptsAsync(worker.Key(2), Cancel));
        Assert.Empty(await Journal.GetAttemptsAsync(worker.Key(1, 1), Cancel));
    }

    [Fact]
    public async Task Subscriptions_settle_the_same_event_each_for_itself()
    {
        var one = await WorkerWithEventsAsync(2, "one");
        var other = await WorkerForAsync(await SubscribeAsync("other"));

        await one.CompleteAsync(1);
        await one.MoveFloorAsync(1);
        await other.FailAsync(1);

        Assert.Equal([new Track(0, 0, null)], (await other.LoadAsync()).Tracks);
        Assert.Equal(DispatchStatus.Complete, (await FindAsync(one.Key(1)))!.Status);
        Assert.Equal(DispatchStatus.Failed, (await FindAsync(other.Key(1)))!.Status);
        Assert.Equal([(1L, 0L), (0L, 1L)], (await Journal.GetCountsAsync(Cancel)).Select(counts => (counts.Floor, counts.DeadLetters)));
    }

    [Fact]
    public async Task A_settlement_of_a_thousand_results_is_taken_whole()
    {
        var worker = await WorkerWithEventsAsync(1000);

        await worker.SettleAsync([.. Enumerable.Range(1, 1000).Select(n => Make.Result(worker.Key(n)))], floors: [new TrackFloor(0, 1000, IsDone: false)]);

        Assert.Equal(1000, (await QueryAsync(new DispatchQuery { Statuses = [DispatchStatus.Complete], Limit = 2000 })).Count);
        Assert.Empty((await worker.LoadAsync()).EndedAboveFloor);
    }

    [Fact]
    public async Task What_the_caller_does_to_its_lists_later_does_not_reach_the_store()
    {
        var worker = await WorkerWithEventsAsync(2);
        var exceptions = new List<ExceptionRecord> { Make.Exception(worker.Key(1)) };
        await worker.SettleAsync(exceptions: exceptions);

        exceptions[0] = Make.Exception(worker.Key(2));

        Assert.Equal([worker.Key(1)], (await worker.LoadAsync()).Exceptions.Select(exception => exception.Key));
    }
}
