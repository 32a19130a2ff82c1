using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Dead letters: listed, requeued, dismissed; and requeued dispatches on their way to a worker.</summary>
public abstract class DeadLetterTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task A_result_put_on_the_dead_letter_list_is_on_it()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(2);
        await worker.CompleteAsync(1);
        await worker.SettleAsync([Make.Result(worker.Key(3), DispatchStatus.Failed)]);

        Assert.Equal([worker.Key(2)], await DeadLettersAsync());
        Assert.True((await FindAsync(worker.Key(2)))!.IsDeadLetter);
        Assert.False((await FindAsync(worker.Key(3)))!.IsDeadLetter);
        Assert.Equal(new SubscriptionCounts(worker.Subscription, 0, 0, 1, 0), Assert.Single(await Journal.GetCountsAsync(Cancel)));
    }

    [Fact]
    public async Task Requeueing_makes_a_new_dispatch_and_takes_the_old_one_off_the_list()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.FailAsync(1, 2);

        var added = await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(2));

        Assert.Equal([worker.Key(2, 1)], added);
        Assert.Equal([worker.Key(1)], await DeadLettersAsync());
        var old = await FindAsync(worker.Key(2));
        Assert.Equal((DispatchStatus.Failed, false), (old!.Status, old.IsDeadLetter));
        Assert.Equal(new SubscriptionCounts(worker.Subscription, 0, 1, 1, 0), Assert.Single(await Journal.GetCountsAsync(Cancel)));
    }

    [Fact]
    public async Task A_requeued_dispatch_carries_what_was_asked_for()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.FailAsync(1);
        var request = new RequeueRequest
        {
            SubscriptionKey = worker.Subscription, Keys = [worker.Key(1)], Now = Make.Time.AddMilliseconds(1), DueAt = Make.Time.AddMilliseconds(2),
            RetryLimit = 0, RetryDelay = TimeSpan.FromMilliseconds(1250),
        };

        var added = await Journal.RequeueAsync(request, Cancel);

        var expected = new ExceptionRecord
        {
            Key = Assert.Single(added), State = ExceptionState.Requeued, Attempts = 0, DueAt = request.DueAt, CreatedAt = request.Now, RetryLimit = 0,
            RetryDelay = request.RetryDelay,
        };
        Assert.Equal([expected], await Journal.ReadRequeuedAsync(worker.Subscription, 0, 0, 10, Cancel));
    }

    [Fact]
    public async Task Each_request_takes_the_next_generation()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1, 2, 3);

        Assert.Equal([worker.Key(3, 1), worker.Key(1, 1)], await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(3), worker.Key(1)));
        Assert.Equal([worker.Key(2, 2)], await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(2)));
    }

    [Fact]
    public async Task Several_dispatches_of_one_event_become_one_new_one()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.FailAsync(1, 2);
        await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1));
        await worker.SettleAsync([Make.DeadLetter(worker.Key(1, 1)) with { EndsException = true }]);

        var added = await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1), worker.Key(2), worker.Key(1, 1), worker.Key(1));

        Assert.Equal([worker.Key(1, 2), worker.Key(2, 2)], added);
        Assert.Empty(await DeadLettersAsync());
    }

    [Fact]
    public async Task What_has_no_result_is_left_out()
    {
        var worker = await WorkerWithEventsAsync(4);
        var other = await WorkerForAsync(await SubscribeAsync("other"));
        await worker.FailAsync(1);
        await worker.HoldAsync(2);
        await other.FailAsync(3);

        var added = await RequeueAsync(worker, false, worker.Key(2), worker.Key(4), worker.Key(99), worker.Key(1, 7), other.Key(3), worker.Key(1));

        Assert.Equal([worker.Key(1, 1)], added);
        Assert.Equal([other.Key(3)], await DeadLettersAsync());
        Assert.Empty(await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(99)));
    }

    [Fact]
    public async Task Asked_for_dead_letters_only_nothing_else_is_requeued()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.CompleteAsync(1);
        await worker.FailAsync(2, 3);
        await Journal.DismissDeadLettersAsync([worker.Key(3)], Cancel);

        Assert.Equal([worker.Key(2, 1)], await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1), worker.Key(2), worker.Key(3)));
        Assert.Empty(await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(2)));
        Assert.Equal(2, (await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1), worker.Key(3))).Count);
    }

    [Fact]
    public async Task A_dead_letter_requeued_by_many_at_once_becomes_one_dispatch()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.FailAsync(1);

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1)), Cancel)));

        Assert.Single(added.SelectMany(keys => keys));
        Assert.Single(await Journal.ReadRequeuedAsync(worker.Subscription, 0, 0, 100, Cancel));
    }

    [Fact]
    public async Task Requeued_dispatches_are_read_page_by_page_by_generation_then_sequence()
    {
        var worker = await WorkerWithEventsAsync(5);
        await worker.FailAsync(1, 2, 3, 4, 5);
        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(4), worker.Key(2));
        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(5), worker.Key(1), worker.Key(3));
        var read = new List<DispatchKey>();
        var after = new DispatchKey(0, worker.Subscription, 0);

        for (IReadOnlyList<ExceptionRecord> page = [null!]; page.Count > 0;)
        {
            page = await Journal.ReadRequeuedAsync(worker.Subscription, after.Generation, after.Sequence, 2, Cancel);
            Assert.InRange(page.Count, 0, 2);
            Assert.DoesNotContain(page.Count > 0 ? page[0].Key : default, read);
            read.AddRange(page.Select(exception => exception.Key));
            after = page.Count > 0 ? page[^1].Key : after;
        }

        Assert.Equal([worker.Key(2, 1), worker.Key(4, 1), worker.Key(1, 2), worker.Key(3, 2), worker.Key(5, 2)], read);
    }

    [Fact]
    public async Task Requeued_dispatches_are_those_of_their_subscription_only()
    {
        var worker = await WorkerWithEventsAsync(1);
        var other = await WorkerForAsync(await SubscribeAsync("other"));
        await worker.FailAsync(1);
        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1));

        Assert.Empty(await Journal.ReadRequeuedAsync(other.Subscription, 0, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_requeued_dispatch_is_no_part_of_the_state_until_a_worker_takes_it_up()
    {
        var worker = await WorkerWithEventsAsync(2);
        await worker.FailAsync(1, 2);
        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1), worker.Key(2));
        Assert.Empty((await worker.LoadAsync()).Exceptions);

        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(1, 1))]);

        Assert.Equal([worker.Key(1, 1)], (await worker.LoadAsync()).Exceptions.Select(exception => exception.Key));
        Assert.Equal([worker.Key(2, 1)], (await Journal.ReadRequeuedAsync(worker.Subscription, 0, 0, 10, Cancel)).Select(exception => exception.Key));
    }

    [Fact]
    public async Task A_requeued_dispatch_may_end_without_being_held_otherwise_first()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.FailAsync(1);
        var added = Assert.Single(await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1)));

        await worker.SettleAsync([Make.Result(added, endsException: true) with { CreatedAt = Make.Time.AddHours(1) }]);

        Assert.Empty(await Journal.ReadRequeuedAsync(worker.Subscription, 0, 0, 10, Cancel));
        Assert.Equal((DispatchStatus.Complete, Make.Time.AddHours(1)), ((await FindAsync(added))!.Status, (await FindAsync(added))!.CreatedAt));
        Assert.Equal(DispatchStatus.Failed, (await FindAsync(worker.Key(1)))!.Status);
    }

    [Fact]
    public async Task Dismissing_takes_off_the_list_and_keeps_the_result()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1, 2);
        await worker.CompleteAsync(3);

        Assert.Equal(1, await Journal.DismissDeadLettersAsync([worker.Key(1), worker.Key(3), worker.Key(99)], Cancel));
        Assert.Equal(0, await Journal.DismissDeadLettersAsync([worker.Key(1)], Cancel));

        Assert.Equal([worker.Key(2)], await DeadLettersAsync());
        Assert.Equal(DispatchStatus.Failed, (await FindAsync(worker.Key(1)))!.Status);
        Assert.Equal(1, Assert.Single(await Journal.GetCountsAsync(Cancel)).DeadLetters);
    }

    [Fact]
    public async Task A_dead_letter_dismissed_by_many_at_once_is_counted_once()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.FailAsync(1);

        var counts = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await Journal.DismissDeadLettersAsync([worker.Key(1)], Cancel), Cancel)));

        Assert.Equal(1, counts.Sum());
    }

    [Fact]
    public async Task Counts_are_given_for_every_subscription_by_key()
    {
        var one = await WorkerWithEventsAsync(5, "one");
        var two = await WorkerForAsync(await SubscribeAsync("two"));
        await one.FailAsync(1, 2, 3);
        await one.HoldAsync(4, 5);
        await one.MoveFloorAsync(5);
        await RequeueAsync(one, onlyDeadLetters: true, one.Key(1));

        Assert.Equal(
            [new SubscriptionCounts(one.Subscription, 5, 3, 2, 5), new SubscriptionCounts(two.Subscription, 0, 0, 0, 0)], await Journal.GetCountsAsync(Cancel));
    }
}
