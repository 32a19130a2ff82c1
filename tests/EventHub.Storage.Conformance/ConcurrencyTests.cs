using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Many at once: readers, writers, workers.</summary>
public abstract class ConcurrencyTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    // Milliseconds; for stores that lose what a reader waits for.
    private const int Patience = 300_000;
    private const int Writers = 16;
    private const int RequestsEach = 40;

    [Fact(Timeout = Patience)]
    public async Task A_reader_asking_for_after_n_never_misses_one_under_sixteen_writers()
    {
        var read = new List<Event>();
        var writing = WriteAsync(Writers, RequestsEach);

        for (var after = 0L; read.Count < Writers * RequestsEach;)
        {
            var page = await Log.ReadAsync(after, 17, long.MaxValue, null, Cancel);
            Assert.True(page.Through >= after);
            read.AddRange(page.Events);
            after = page.Through;
            if (page.Events.Count == 0) await Observer.WaitAsync(Cancel);
        }

        EventAssert.Sequences(Enumerable.Range(1, Writers * RequestsEach).Select(n => (long)n), read);
        Assert.Equal((await writing).Order(), read.Select(e => e.Id).Order());
    }

    [Fact(Timeout = Patience)]
    public async Task A_filtering_reader_never_misses_one_under_sixteen_writers()
    {
        var read = new List<Event>();
        var pattern = TypePattern.Parse("writer.3");
        var writing = WriteAsync(Writers, RequestsEach);

        for (var after = 0L; read.Count < RequestsEach;)
        {
            var page = await Log.ReadAsync(after, 3, long.MaxValue, [pattern], Cancel);
            read.AddRange(page.Events);
            after = page.Through;
            if (page.Events.Count == 0) await Observer.WaitAsync(Cancel);
        }

        await writing;
        Assert.All(read, e => Assert.Equal("writer.3", e.Type));
        Assert.Equal((await ReadAllAsync()).Where(e => e.Type == "writer.3").Select(e => e.Sequence), read.Select(e => e.Sequence));
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_writer_appends_one_after_the_other_stands_in_that_order()
    {
        await WriteAsync(Writers, RequestsEach);

        foreach (var ofOneWriter in (await ReadAllAsync()).GroupBy(e => e.Type))
        {
            Assert.Equal(Enumerable.Range(0, RequestsEach), ofOneWriter.Select(e => int.Parse(System.Text.Encoding.UTF8.GetString(e.Payload.Span))));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_is_seen_whole_or_not_at_all()
    {
        const int size = 10;
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++) await AppendAsync(Make.Events(size, $"writer-{writer}.request-{n}"));
            },
            Cancel)));

        for (var seen = 0; seen < 8 * 20 * size;)
        {
            var events = await ReadAllAsync();
            Assert.All(events.GroupBy(e => e.Type), request => Assert.Equal(size, request.Count()));
            if (events.Count == seen) await Observer.WaitAsync(Cancel);
            seen = events.Count;
        }

        await writing;
    }

    [Fact(Timeout = Patience)]
    public async Task Requests_appended_at_once_with_and_without_conflicts_leave_no_gap()
    {
        await AppendAsync(Make.Key("taken"));

        await Task.WhenAll(Enumerable.Range(0, 60).Select(n => Task.Run(
            () => (n % 3) switch
            {
                0 => AppendKeyedAsync(Make.Time, null, Make.Key("taken", "other")),
                1 => AppendKeyedAsync(Make.Time, Make.Key("taken"), Make.Key($"own-{n}")),
                _ => AppendAsync(Make.Events(2)),
            },
            Cancel)));

        var stored = await ReadAllAsync();
        EventAssert.Sequences(Enumerable.Range(1, 1 + 20 + 40).Select(n => (long)n), stored);
        Assert.Equal(stored.Count, await HeadAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_change_of_a_subscription_is_in_effect_after_just_what_was_committed_before_it()
    {
        var writing = WriteAsync(8, RequestsEach);
        var changing = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(
            async () =>
            {
                var version = await SubscribeAsync($"sub-{n}", startAfter: null);
                for (var change = 0; change < 10; change++) version = (await ChangeAsync(version, name: $"name-{change}"))!;
                await ChangeAsync(version, isDelete: true);
            },
            Cancel)));
        await Task.WhenAll(writing, changing);

        var head = 0L;
        var changes = 0;
        foreach (var notice in Observer.Notices)
        {
            if (notice is IReadOnlyList<Event> events) head = events[^1].Sequence;
            if (notice is not SubscriptionVersion version) continue;
            Assert.Equal(head, version.EffectiveAfter);
            changes++;
        }

        Assert.Equal(4 * 12, changes);
    }

    [Fact(Timeout = Patience)]
    public async Task Workers_settling_at_once_all_get_what_is_theirs()
    {
        await AppendAsync(Make.Events(50));
        var workers = new List<Worker>();
        for (var n = 0; n < 8; n++) workers.Add(await WorkerForAsync(await SubscribeAsync($"sub-{n}")));

        await Task.WhenAll(workers.Select(worker => Task.Run(
            async () =>
            {
                for (var n = 1; n <= 50; n++) await worker.SettleAsync([Make.Result(worker.Key(n))], floors: [new TrackFloor(0, n, IsDone: false)]);
            },
            Cancel)));

        Assert.All(await Journal.GetCountsAsync(Cancel), counts => Assert.Equal(50, counts.Floor));
        Assert.Equal(8 * 50, (await QueryAsync()).Count);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_results_written_at_once_for_one_dispatch_one_is_kept()
    {
        var worker = await WorkerWithEventsAsync(1);

        var isKept = await Task.WhenAll(Enumerable.Range(1, 20).Select(n => Task.Run(
            async () =>
            {
                try
                {
                    return await worker.TrySettleAsync([Make.Result(worker.Key(1)) with { Attempts = n }]) ? n : 0;
                }
                catch (StorageException refused) when (refused.Failure == StorageFailure.Refused)
                {
                    return 0;
                }
            },
            Cancel)));

        Assert.Equal(Assert.Single(isKept, n => n > 0), Assert.Single(await QueryAsync()).Attempts);
    }

    [Fact(Timeout = Patience)]
    public async Task A_state_loaded_while_its_worker_settles_is_one_consistent_view()
    {
        var worker = await WorkerWithEventsAsync(200);
        var settling = Task.Run(
            async () =>
            {
                // Two at a time: the greater is a result above the floor until the next settlement lets the floor pass both.
                for (var n = 1; n < 200; n += 2)
                {
                    await worker.SettleAsync([Make.Result(worker.Key(n + 1))], [Make.Exception(worker.Key(n))]);
                    await worker.SettleAsync([Make.Result(worker.Key(n), endsException: true)], floors: [new TrackFloor(0, n + 1, IsDone: false)]);
                }
            },
            Cancel);

        for (var floor = 0L; floor < 200;)
        {
            var state = await worker.LoadAsync();
            Assert.All(state.Exceptions, exception => Assert.Equal(state.Tracks[0].Floor + 1, exception.Key.Sequence));
            // What has ended is read afterwards, and may be more: never less.
            if (state.Exceptions.Count > 0) Assert.Contains(worker.Key(state.Tracks[0].Floor + 2), state.EndedAboveFloor);
            floor = state.Tracks[0].Floor;
            await Task.Yield();
        }

        await settling;
    }

    private async Task<IReadOnlyList<Guid>> WriteAsync(int writers, int requestsEach)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                var own = new List<Guid>();
                for (var n = 0; n < requestsEach; n++)
                {
                    var sent = Make.Event($"writer.{writer}", n.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    await AppendAsync(sent);
                    own.Add(sent.Id);
                }

                return own;
            },
            Cancel)));
        return [.. ids.SelectMany(own => own)];
    }
}
