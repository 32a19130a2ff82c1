using EventHub.Sqlite;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class GroupCommitTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();
    private readonly NoticeList _notices = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Writes_that_wait_together_share_one_commit()
    {
        var store = await _folder.OpenAsync(observer: _notices);
        var subscription = await SubscribeAsync(store);
        var lease = (await store.Dispatches.AcquireLeasesAsync("w", TimeSpan.FromHours(1), 1, Cancel))[0];
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel);
        using var gate = await WriterGate.CloseAsync(store);
        var before = store.Writer.Commits;

        var appends = Enumerable.Range(0, 100).Select(_ => store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel).AsTask()).ToList();
        var settlement = store.Dispatches.SettleAsync(
            new Settlement { SubscriptionKey = subscription, LeaseToken = lease.Token, Floors = [new TrackFloor(0, 1, IsDone: false)] }, Cancel).AsTask();
        await gate.OpenAsync();
        var results = await Task.WhenAll(appends);

        Assert.True(await settlement);
        Assert.Equal(Enumerable.Range(2, 100).Select(n => (long)n), results.Select(result => result.Events[0].Sequence));
        Assert.Equal(before + 2, store.Writer.Commits); // the gate's own, and one for all
        Assert.Equal("s1v1 +1-1 +2-101", _notices.Text);
    }

    [Fact]
    public async Task Many_callers_at_once_need_fewer_commits_than_appends()
    {
        var store = await _folder.OpenAsync();
        var before = store.Writer.Commits;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++) await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel);
            },
            Cancel)));

        Assert.Equal(1280, (await store.Log.GetStateAsync(Cancel)).Head);
        Assert.InRange(store.Writer.Commits - before, 1, 640);
    }

    [Fact]
    public async Task The_observer_hears_of_everything_in_the_order_it_was_executed()
    {
        var store = await _folder.OpenAsync(observer: _notices);
        using var gate = await WriterGate.CloseAsync(store);

        var work = new List<Task>
        {
            store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(2)), Cancel).AsTask(),
            store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(1)), Cancel).AsTask(),
            SubscribeAsync(store),
            store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(2)), Cancel).AsTask(),
            store.Journal.AddTrackAsync(1, 0, 5, Cancel).AsTask(),
            store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(1)), Cancel).AsTask(),
        };
        await gate.OpenAsync();
        await Task.WhenAll(work);

        Assert.Equal("+1-3 s1v1 +4-5 r1 +6-6", _notices.Text);
        Assert.Equal(3, (await store.Dispatches.LoadSubscriptionsAsync(Cancel))[0].EffectiveAfter);
    }

    [Fact]
    public async Task A_write_that_fails_takes_none_of_those_with_it_that_shared_its_transaction()
    {
        var store = await _folder.OpenAsync(observer: _notices);
        var known = SqliteFolder.Event();
        await store.Log.AppendAsync(SqliteFolder.Request(known), Cancel);
        using var gate = await WriterGate.CloseAsync(store);

        var first = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(2)), Cancel).AsTask();
        var bad = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(), known), Cancel).AsTask();
        var last = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel).AsTask();
        await gate.OpenAsync();

        Assert.Equal([2L, 3], (await first).Events.Select(e => e.Sequence));
        Assert.Equal(StorageFailure.Refused, (await Assert.ThrowsAsync<StorageException>(() => bad)).Failure);
        Assert.Equal([4L], (await last).Events.Select(e => e.Sequence));
        Assert.Equal("+1-1 +2-3 +4-4", _notices.Text);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses_at_once_and_takes_more_when_there_is_room()
    {
        var store = await _folder.OpenAsync(o => o with { QueueCapacity = 3 });
        using var gate = await WriterGate.CloseAsync(store);
        var waiting = Enumerable.Range(0, 3).Select(_ => store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel).AsTask()).ToList();

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel));

        Assert.Equal(StorageFailure.Busy, refused.Failure);
        Assert.True(refused.IsTransient);
        await gate.OpenAsync();
        await Task.WhenAll(waiting);
        Assert.Equal(4, (await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel)).Events[0].Sequence);
    }

    [Fact]
    public async Task A_queue_is_bounded_in_bytes_too_and_lets_a_single_large_write_in()
    {
        var store = await _folder.OpenAsync(o => o with { QueueBytes = 10_000 });
        var large = SqliteFolder.Event(payload: $"\"{new string('x', 50_000)}\"");
        using var gate = await WriterGate.CloseAsync(store);
        var waiting = store.Log.AppendAsync(SqliteFolder.Request(large), Cancel).AsTask();

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel));

        Assert.Equal(StorageFailure.Busy, refused.Failure);
        await gate.OpenAsync();
        Assert.Equal(1, (await waiting).Events[0].Sequence);
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_does_nothing()
    {
        var store = await _folder.OpenAsync();
        using var cancel = new CancellationTokenSource();
        using var gate = await WriterGate.CloseAsync(store);
        var cancelled = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), cancel.Token).AsTask();
        var other = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await gate.OpenAsync();
        Assert.Equal(1, (await other).Events[0].Sequence);
        Assert.Equal(1, (await store.Log.GetStateAsync(Cancel)).Head);
    }

    [Fact]
    public async Task Closing_finishes_what_waits_and_refuses_what_comes_after()
    {
        var store = await _folder.OpenAsync();
        using var gate = await WriterGate.CloseAsync(store);
        var waiting = store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel).AsTask();

        var closing = store.DisposeAsync().AsTask();
        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel));
        await gate.OpenAsync();
        await closing;

        Assert.Equal(StorageFailure.Closed, refused.Failure);
        Assert.Equal(1, (await waiting).Events[0].Sequence);
        Assert.Equal(1, (await (await _folder.OpenAsync()).Log.GetStateAsync(Cancel)).Head);
    }

    private static async Task<int> SubscribeAsync(SqliteStore store) => (await store.Dispatches.SaveSubscriptionAsync(
        new SubscriptionChange { Subscription = SqliteFolder.Subscription("s"), ExpectedVersion = 0 }, Cancel))!.Key;
}
