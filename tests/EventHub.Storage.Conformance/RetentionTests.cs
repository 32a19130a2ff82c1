using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Trimming: what goes, what stays, and reading on behind it.</summary>
public abstract class RetentionTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task Trimming_removes_events_up_to_its_sequence_and_says_how_many()
    {
        var sent = Make.Events(10);
        await AppendAsync(sent);

        Assert.Equal(4, await TrimAsync(4));

        EventAssert.Sequences([5, 6, 7, 8, 9, 10], await ReadAllAsync());
        EventAssert.Sequences([5], await Log.GetAsync([1, 4, 5], Cancel));
        Assert.Null(await Log.FindAsync(sent[3].Id, Cancel));
        EventAssert.Same(sent[4], 5, await Log.FindAsync(sent[4].Id, Cancel));
        EventAssert.Sequences([10, 9, 8, 7, 6, 5], await Log.QueryAsync(new EventQuery { Descending = true, Limit = 100 }, Cancel));
        var state = await Log.GetStateAsync(Cancel);
        Assert.Equal((10L, 4L), (state.Head, state.Trimmed));
    }

    [Fact]
    public async Task Trimming_again_or_less_changes_nothing()
    {
        await AppendAsync(Make.Events(10));
        await TrimAsync(6);

        Assert.Equal(0, await TrimAsync(6));
        Assert.Equal(0, await TrimAsync(3));
        Assert.Equal(0, await TrimAsync(0));

        Assert.Equal(6, (await Log.GetStateAsync(Cancel)).Trimmed);
        Assert.Equal(2, await TrimAsync(8));
    }

    [Fact]
    public async Task A_log_trimmed_to_its_head_goes_on_where_it_was()
    {
        await AppendAsync(Make.Events(5));

        Assert.Equal(5, await TrimAsync(100));
        Assert.Empty(await ReadAllAsync());
        var state = await Log.GetStateAsync(Cancel);
        Assert.Equal((5L, 5L), (state.Head, state.Trimmed));

        Assert.Equal(6, (await AppendAsync(Make.Event())).Events[0].Sequence);
        EventAssert.Sequences([6], await ReadAllAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Reading_from_behind_the_trim_point_begins_with_the_first_event_there_is(long after)
    {
        await AppendAsync(Make.Events(6));
        await TrimAsync(4);

        var page = await Log.ReadAsync(after, 1, long.MaxValue, null, Cancel);

        EventAssert.Sequences([5], page.Events);
        Assert.Equal(5, page.Through);
    }

    [Fact]
    public async Task Events_of_exceptions_and_dead_letters_are_kept_with_their_journal()
    {
        var sent = Make.Events(5);
        await AppendAsync(sent);
        var worker = await WorkerForAsync(await SubscribeAsync());
        var other = await WorkerForAsync(await SubscribeAsync("other"));
        await worker.FailAsync(2);
        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(4))], attempts: [Make.Attempt(worker.Key(4), 1)]);
        await worker.CompleteAsync(1, 3, 5);
        await other.CompleteAsync(1, 2);

        Assert.Equal(3, await TrimAsync(5));

        EventAssert.Sequences([4, 2], await Log.GetAsync([5, 4, 3, 2, 1], Cancel));
        EventAssert.Same(sent[1], 2, await Log.FindAsync(sent[1].Id, Cancel));
        EventAssert.Same(sent[3], 4, await Log.FindAsync(sent[3].Id, Cancel));
        Assert.Empty(await ReadAllAsync());
        Assert.Equal([worker.Key(2), other.Key(2), worker.Key(4)], (await QueryAsync()).Select(record => record.Key));
        Assert.Equal([worker.Key(4)], (await worker.LoadAsync()).Exceptions.Select(exception => exception.Key));
        Assert.Single(await Journal.GetAttemptsAsync(worker.Key(4), Cancel));
        Assert.Equal([worker.Key(2)], await DeadLettersAsync());
        Assert.Equal(5, (await Log.GetStateAsync(Cancel)).Trimmed);
    }

    [Fact]
    public async Task Events_of_requeued_dispatches_are_kept()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.CompleteAsync(1, 2);
        await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1));

        Assert.Equal(1, await TrimAsync(2));

        EventAssert.Sequences([1], await Log.GetAsync([1, 2], Cancel));
    }

    [Fact]
    public async Task A_kept_event_goes_with_the_next_trim_once_nothing_holds_it()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1);
        await worker.HoldAsync(2);
        await worker.FailAsync(3);
        Assert.Equal(0, await TrimAsync(3));
        await Journal.DismissDeadLettersAsync([worker.Key(1)], Cancel);
        await worker.SettleAsync([Make.Result(worker.Key(2), endsException: true)]);

        Assert.Equal(2, await TrimAsync(3));

        EventAssert.Sequences([3], await Log.GetAsync([1, 2, 3], Cancel));
        Assert.Equal([worker.Key(3)], (await QueryAsync()).Select(record => record.Key));
    }

    [Fact]
    public async Task A_dispatch_of_a_kept_event_can_still_be_settled_and_requeued()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.HoldAsync(1);
        await worker.FailAsync(2);
        await TrimAsync(2);

        await worker.SettleAsync([Make.DeadLetter(worker.Key(1)) with { EndsException = true }]);
        var added = await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1), worker.Key(2));

        Assert.Equal([worker.Key(1, 1), worker.Key(2, 1)], added);
        Assert.Empty(await DeadLettersAsync());
        EventAssert.Sequences([1, 2], await Log.GetAsync([1, 2], Cancel));
    }

    [Fact]
    public async Task Results_and_attempts_go_with_their_events()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.SettleAsync(
            [.. Enumerable.Range(1, 3).Select(n => Make.Result(worker.Key(n)))], attempts: [.. Enumerable.Range(1, 3).Select(n => Make.Attempt(worker.Key(n), 1))]);

        await TrimAsync(2);

        Assert.Equal([worker.Key(3)], (await QueryAsync()).Select(record => record.Key));
        Assert.Empty(await Journal.GetAttemptsAsync(worker.Key(1), Cancel));
        Assert.Single(await Journal.GetAttemptsAsync(worker.Key(3), Cancel));
        Assert.Equal([worker.Key(3)], (await worker.LoadAsync()).EndedAboveFloor);
        Assert.Empty(await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1)));
    }

    [Fact]
    public async Task The_sequence_before_a_time_is_never_behind_the_trim_point()
    {
        await AppendAsync([.. Enumerable.Range(0, 5).Select(n => Make.Event(createdAt: Make.Time.AddSeconds(n)))]);
        await TrimAsync(3);

        Assert.Equal(3, await Log.FindSequenceBeforeAsync(Make.Time, Cancel));
        Assert.Equal(4, await Log.FindSequenceBeforeAsync(Make.Time.AddSeconds(4), Cancel));
    }

    [Fact]
    public async Task Keys_in_force_outlive_their_events_and_answer_as_before()
    {
        var original = (await AppendAsync(Make.Key("k"))).Events[0];

        await TrimAsync(1);

        Assert.Equal([original with { IsDuplicate = true }], (await AppendAsync(Make.Key("k"))).Events);
    }

    [Fact]
    public async Task Expired_keys_are_removed_and_the_others_stay()
    {
        var cut = Make.Time.AddHours(1);
        await AppendKeyedAsync(Make.Time, Make.Key("expired", expiresAt: cut.AddMilliseconds(-1)), Make.Key("in force", expiresAt: cut.AddMilliseconds(1)));

        await TrimAsync(0, cut);

        // Judged by a time before both expiries, so that only removal can make the difference.
        Assert.False((await AppendAsync(Make.Key("expired", "other"))).Events[0].IsDuplicate);
        Assert.Equal(0, (await AppendAsync(Make.Key("in force", "other"))).ConflictIndex);
    }

    [Fact]
    public async Task A_long_log_is_trimmed_whole()
    {
        for (var n = 0; n < 5; n++) await AppendAsync(Make.Events(1000));

        Assert.Equal(4990, await TrimAsync(4990));

        EventAssert.Sequences(Enumerable.Range(4991, 10).Select(n => (long)n), await ReadAllAsync());
    }

    private async Task<long> TrimAsync(long upTo, DateTimeOffset? now = null) => await Log.TrimAsync(upTo, now ?? Make.Time, Cancel);
}
