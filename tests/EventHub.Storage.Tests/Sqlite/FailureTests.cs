using EventHub.Sqlite;
using EventHub.Sqlite.Native;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class FailureTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();
    private readonly NoticeList _notices = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task A_full_disk_is_told_to_the_caller_and_the_store_goes_on_when_there_is_space()
    {
        var store = await _folder.OpenAsync(observer: _notices);
        await AppendAsync(store, 10);
        await LimitPagesAsync(store, isLimited: true);

        var refused = await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, 200_000));
        Assert.Equal(StorageFailure.DiskFull, refused.Failure);
        Assert.Contains(_folder.Database, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await store.Log.GetStateAsync(Cancel)).Head);
        Assert.Single((await store.Log.ReadAsync(0, 10, long.MaxValue, null, Cancel)).Events);

        await LimitPagesAsync(store, isLimited: false);
        Assert.Equal(2, await AppendAsync(store, 200_000));
        await store.PingAsync(Cancel);
        Assert.Equal("+1-1 +2-2", _notices.Text);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task On_a_full_disk_only_those_fail_that_need_space()
    {
        var store = await _folder.OpenAsync();
        await AppendAsync(store, 10);
        await LimitPagesAsync(store, isLimited: true);
        using var gate = await WriterGate.CloseAsync(store);

        var large = AppendAsync(store, 200_000);
        var small = AppendAsync(store, 10);
        await gate.OpenAsync();

        Assert.Equal(StorageFailure.DiskFull, (await Assert.ThrowsAsync<StorageException>(() => large)).Failure);
        Assert.Equal(2, await small);
    }

    [Fact]
    public async Task A_full_disk_stays_unhealthy_until_there_is_space_for_a_large_event_again()
    {
        var store = await _folder.OpenAsync();
        await AppendAsync(store, 10);
        await LimitPagesAsync(store, isLimited: true);
        await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, 200_000));

        // What still fits proves nothing.
        Assert.Equal(2, await AppendAsync(store, 10));
        for (var i = 0; i < 2; i++)
            Assert.Equal(StorageFailure.DiskFull, (await Assert.ThrowsAsync<StorageException>(async () => await store.PingAsync(Cancel))).Failure);

        await LimitPagesAsync(store, isLimited: false);
        await store.PingAsync(Cancel);
        await SqliteFolder.OnWriterAsync(store, static connection => Assert.Equal(2, connection.QueryInt64("SELECT count(*) FROM meta")));
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task After_a_failed_commit_nothing_more_is_written_until_the_store_is_opened_again()
    {
        var store = await _folder.OpenAsync(observer: _notices);
        await AppendAsync(store, 10);
        await SqliteFolder.OnWriterAsync(store, connection => connection.SetCommitVeto(() => _isVetoed));
        using var gate = await WriterGate.CloseAsync(store);
        var first = AppendAsync(store, 10);
        var second = AppendAsync(store, 10);
        await gate.OpenAsync();
        await Task.WhenAll(first, second);

        _isVetoed = true;
        var third = await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, 10));
        _isVetoed = false;

        Assert.Equal(StorageFailure.CommitFailed, third.Failure);
        Assert.Equal(StorageFailure.CommitFailed, (await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, 10))).Failure);
        Assert.Equal(StorageFailure.CommitFailed, (await Assert.ThrowsAsync<StorageException>(async () => await store.PingAsync(Cancel))).Failure);
        Assert.Equal(3, (await store.Log.ReadAsync(0, 10, long.MaxValue, null, Cancel)).Through);
        Assert.Equal("+1-1 +2-3", _notices.Text);
        await store.DisposeAsync();
        Assert.Equal(4, await AppendAsync(await _folder.OpenAsync(), 10));
    }

    [Fact]
    public async Task A_failed_commit_fails_all_that_shared_it()
    {
        var store = await _folder.OpenAsync();
        await SqliteFolder.OnWriterAsync(store, connection => connection.SetCommitVeto(() => _isVetoed));
        using var gate = await WriterGate.CloseAsync(store);
        var waiting = Enumerable.Range(0, 5).Select(_ => AppendAsync(store, 10)).ToList();

        // The gate's own commit comes first; it fails with the rest refused after it.
        _isVetoed = true;
        await Assert.ThrowsAsync<StorageException>(gate.OpenAsync);

        foreach (var append in waiting)
        {
            Assert.Equal(StorageFailure.CommitFailed, (await Assert.ThrowsAsync<StorageException>(() => append)).Failure);
        }

        Assert.Equal(0, (await store.Log.GetStateAsync(Cancel)).Head);
    }

    [Fact]
    public async Task Another_programs_lock_is_told_as_such_and_passes()
    {
        var store = await _folder.OpenAsync();
        await SqliteFolder.OnWriterAsync(store, connection => connection.SetBusyTimeout(TimeSpan.Zero));
        using (var other = SqliteConnection.Open(_folder.Database, create: false))
        {
            other.Execute("BEGIN IMMEDIATE");
            var refused = await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, 10));
            Assert.Equal(StorageFailure.Unavailable, refused.Failure);
            Assert.True(refused.IsTransient);
            other.Execute("ROLLBACK");
        }

        Assert.Equal(1, await AppendAsync(store, 10));
    }

    [Fact]
    public async Task A_reader_that_stays_keeps_nobody_from_writing()
    {
        var store = await _folder.OpenAsync(o => o with { CheckpointPages = 1 });
        await AppendAsync(store, 10);
        using var reader = SqliteConnection.Open(_folder.Database, create: false);
        reader.Execute("BEGIN");
        Assert.Equal(1, reader.QueryInt64("SELECT count(*) FROM events"));

        for (var n = 0; n < 20; n++) await AppendAsync(store, 10_000);

        Assert.Equal(1, reader.QueryInt64("SELECT count(*) FROM events"));
        Assert.Equal(21, (await store.Log.GetStateAsync(Cancel)).Head);
        reader.Execute("ROLLBACK");
    }

    private volatile bool _isVetoed;

    private static async Task<long> AppendAsync(SqliteStore store, int payloadBytes) => (await store.Log.AppendAsync(
        SqliteFolder.Request(SqliteFolder.Event(payload: $"\"{new string('x', payloadBytes)}\"")), Cancel)).Events[0].Sequence;

    /// <summary>With the limit the file may not grow by a page: what SQLite then reports is what a full disk makes it report.</summary>
    private static Task LimitPagesAsync(SqliteStore store, bool isLimited) => SqliteFolder.OnWriterAsync(store, connection =>
        connection.Execute($"PRAGMA max_page_count = {(isLimited ? connection.QueryInt64("PRAGMA page_count") : 1_000_000)}"));
}
