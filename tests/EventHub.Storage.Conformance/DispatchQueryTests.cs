using EventHub.Events;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Dispatch queries: filters, directions, cursors.</summary>
public abstract class DispatchQueryTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    private static readonly DispatchQuery s_everything = new() { Limit = 1000 };

    [Fact]
    public async Task A_dispatch_nobody_wrote_anything_of_is_not_listed()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.MoveFloorAsync(3);

        Assert.Empty(await QueryAsync());
    }

    [Fact]
    public async Task Dispatches_are_listed_by_sequence_then_subscription_then_generation()
    {
        var keys = await ArrangeAsync();

        Assert.Equal(keys, (await QueryAsync()).Select(record => record.Key));
        Assert.Equal(keys.Reverse(), (await QueryAsync(s_everything with { Descending = true })).Select(record => record.Key));
    }

    [Theory]
    [InlineData(DispatchStatus.Ongoing, 3)]
    [InlineData(DispatchStatus.Complete, 6)]
    [InlineData(DispatchStatus.Failed, 4)]
    [InlineData(DispatchStatus.Lost, 0)]
    public async Task A_status_gives_the_dispatches_that_stand_there(DispatchStatus status, int count)
    {
        await ArrangeAsync();

        var found = await QueryAsync(s_everything with { Statuses = [status] });

        Assert.Equal(count, found.Count);
        Assert.All(found, record => Assert.Equal(status, record.Status));
    }

    [Fact]
    public async Task Several_statuses_give_all_of_theirs()
    {
        await ArrangeAsync();

        var found = await QueryAsync(s_everything with { Statuses = [DispatchStatus.Ongoing, DispatchStatus.Failed, DispatchStatus.Misconfigured] });

        Assert.Equal((await QueryAsync()).Where(record => record.Status != DispatchStatus.Complete), found);
    }

    [Fact]
    public async Task Ongoing_ones_say_why_they_are_held_and_until_when()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.CompleteAsync(1);
        var held = Make.Exception(worker.Key(2), ExceptionState.Retrying, attempts: 2) with { LastError = "refused" };
        await worker.SettleAsync(exceptions: [held]);
        await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1));

        var ongoing = await QueryAsync(s_everything with { Statuses = [DispatchStatus.Ongoing] });

        Assert.Equal([worker.Key(1, 1), worker.Key(2)], ongoing.Select(record => record.Key));
        Assert.Equal(
            (ExceptionState.Requeued, 0, Make.Time.AddHours(1), Make.Time.AddHours(2)),
            (ongoing[0].State, ongoing[0].Attempts, ongoing[0].CreatedAt, ongoing[0].NextAttemptAt));
        Assert.Equal(
            (ExceptionState.Retrying, 2, Make.Time, held.DueAt, "refused"),
            (ongoing[1].State, ongoing[1].Attempts, ongoing[1].CreatedAt, ongoing[1].NextAttemptAt, ongoing[1].LastError));
        Assert.All(ongoing, record => Assert.Null(record.ResultedAt));
        Assert.All(ongoing, record => Assert.Equal(TimeSpan.Zero, record.Duration));
    }

    [Fact]
    public async Task Filters_in_every_combination_give_what_matches_all_of_them()
    {
        await ArrangeAsync();
        var all = await QueryAsync();
        for (var set = 0; set < 256; set++)
        {
            var query = s_everything with
            {
                Statuses = (set & 1) == 0 ? null : [DispatchStatus.Failed, DispatchStatus.Ongoing], SubscriptionKey = (set & 2) == 0 ? null : 1,
                FromSequence = (set & 4) == 0 ? null : 2, ToSequence = (set & 8) == 0 ? null : 5, DeadLettersOnly = (set & 16) != 0,
                ResultedSince = (set & 32) == 0 ? null : Make.Time.AddSeconds(2), ResultedUntil = (set & 64) == 0 ? null : Make.Time.AddSeconds(5),
                Type = (set & 128) == 0 ? null : TypePattern.Parse("a.*"),
            };

            Assert.Equal(all.Where(record => Matches(query, record)), await QueryAsync(query));
        }
    }

    [Fact]
    public async Task Resulted_since_takes_its_own_time_in_and_until_leaves_it_out()
    {
        var worker = await WorkerWithEventsAsync(4);
        await worker.SettleAsync([.. Enumerable.Range(1, 4).Select(n => Make.Result(worker.Key(n), resultedAt: Make.Time.AddMilliseconds(n)))]);

        var found = await QueryAsync(s_everything with { ResultedSince = Make.Time.AddMilliseconds(2), ResultedUntil = Make.Time.AddMilliseconds(4) });

        Assert.Equal([worker.Key(2), worker.Key(3)], found.Select(record => record.Key));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public async Task Paging_by_cursor_covers_every_dispatch_once(bool descending, int limit)
    {
        var keys = await ArrangeAsync();

        Assert.Equal(descending ? keys.Reverse() : keys, await PageAsync(new DispatchQuery { Descending = descending, Limit = limit }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Paging_over_exceptions_or_dead_letters_covers_each_once(bool descending)
    {
        await ArrangeAsync();
        foreach (var query in new[] { s_everything with { DeadLettersOnly = true }, s_everything with { Statuses = [DispatchStatus.Ongoing] } })
        {
            var expected = (await QueryAsync(query)).Select(record => record.Key).ToList();
            Assert.NotEmpty(expected);
            if (descending) expected.Reverse();

            Assert.Equal(expected, await PageAsync(query with { Limit = 1, Descending = descending }));
        }
    }

    [Fact]
    public async Task A_cursor_need_not_name_a_dispatch_that_exists()
    {
        var keys = await ArrangeAsync();
        var between = new DispatchKey(keys[5].Sequence, keys[5].Subscription, keys[5].Generation + 1000);

        Assert.Equal(keys.Where(key => key > between), (await QueryAsync(s_everything with { Cursor = between })).Select(record => record.Key));
        Assert.Equal(
            keys.Where(key => key < between).Reverse(), (await QueryAsync(s_everything with { Cursor = between, Descending = true })).Select(record => record.Key));
    }

    [Fact]
    public async Task A_range_that_holds_nothing_gives_nothing()
    {
        await ArrangeAsync();

        Assert.Empty(await QueryAsync(s_everything with { FromSequence = 6, ToSequence = 2 }));
        Assert.Empty(await QueryAsync(s_everything with { FromSequence = 100 }));
        Assert.Empty(await QueryAsync(s_everything with { SubscriptionKey = 99 }));
        Assert.Empty(await QueryAsync(s_everything with { Cursor = new DispatchKey(long.MaxValue, 1, 0) }));
    }

    /// <summary>Two subscriptions, six events of two types, results of several times, dead letters, exceptions, a second generation.</summary>
    private async Task<IReadOnlyList<DispatchKey>> ArrangeAsync()
    {
        await AppendAsync([.. Enumerable.Range(1, 6).Select(n => Make.Event(n % 2 == 0 ? "a.b" : "c.d"))]);
        var one = await WorkerForAsync(await SubscribeAsync("one"));
        var two = await WorkerForAsync(await SubscribeAsync("two"));
        Assert.Equal((1, 2), (one.Subscription, two.Subscription));
        foreach (var worker in new[] { two, one })
        {
            await worker.SettleAsync(
                [
                    .. new[] { 1, 2, 6 }.Select(n => Make.Result(worker.Key(n), resultedAt: Make.Time.AddSeconds(n))),
                    .. new[] { 3, 4 }.Select(n => Make.DeadLetter(worker.Key(n), Make.Time.AddSeconds(n))),
                ],
                [Make.Exception(worker.Key(5))]);
        }

        var again = Assert.Single(await RequeueAsync(one, onlyDeadLetters: true, one.Key(3)));
        DispatchKey[] keys = [.. Enumerable.Range(1, 6).SelectMany(n => new[] { one.Key(n), two.Key(n) }), again];
        return [.. keys.Order()];
    }

    private async Task<IReadOnlyList<DispatchKey>> PageAsync(DispatchQuery query)
    {
        var found = new List<DispatchKey>();
        for (var page = await QueryAsync(query); page.Count > 0; page = await QueryAsync(query))
        {
            Assert.InRange(page.Count, 1, query.Limit);
            Assert.DoesNotContain(page[0].Key, found);
            found.AddRange(page.Select(record => record.Key));
            query = query with { Cursor = page[^1].Key };
        }

        return found;
    }

    private static bool Matches(DispatchQuery query, DispatchRecord record) =>
        (query.Statuses is null || query.Statuses.Contains(record.Status))
        && (query.SubscriptionKey is null || record.Key.Subscription == query.SubscriptionKey)
        && (query.FromSequence is null || record.Key.Sequence >= query.FromSequence)
        && (query.ToSequence is null || record.Key.Sequence <= query.ToSequence)
        && (!query.DeadLettersOnly || record.IsDeadLetter)
        && (query.ResultedSince is null || record.ResultedAt >= query.ResultedSince)
        && (query.ResultedUntil is null || record.ResultedAt < query.ResultedUntil)
        && (query.Type is null || query.Type.Matches(record.EventType));
}
