using EventHub.Events;
using EventHub.Sqlite.Native;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class RecoveryAfterCrashTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_crash()
    {
        var store = await _folder.OpenAsync();
        for (var n = 1; n <= 20; n++) await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: $"{n}")), Cancel);

        await using var copy = _folder.CopyAfterCrash();

        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), await SequencesAsync(copy));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(4120)]
    [InlineData(4121)]
    [InlineData(9000)]
    [InlineData(20_000)]
    public async Task A_torn_tail_costs_only_what_was_torn(int bytes)
    {
        // 1 ten appends, then the length of the WAL they are all in, then one more large enough to tear within
        var store = await _folder.OpenAsync();
        for (var n = 1; n <= 10; n++) await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: $"{n}")), Cancel);
        var whole = new FileInfo(_folder.Wal).Length;
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: $"\"{new string('x', 30_000)}\"")), Cancel);
        await using var copy = _folder.CopyAfterCrash();
        Assert.True(new FileInfo(copy.Wal).Length - bytes > whole, "The last append is too small to tear that much off it.");

        // 2 tear
        using (var wal = new FileStream(copy.Wal, FileMode.Open, FileAccess.Write)) wal.SetLength(wal.Length - bytes);

        // 3 the torn append is gone, all before it is there, and the log goes on densely
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), await SequencesAsync(copy));
    }

    [Fact]
    public async Task A_damaged_frame_ends_the_log_there_and_never_yields_half_an_append()
    {
        var store = await _folder.OpenAsync();
        for (var n = 1; n <= 10; n++) await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(3)), Cancel);
        var length = new FileInfo(_folder.Wal).Length;

        foreach (var at in Enumerable.Range(1, 8).Select(n => length * n / 9))
        {
            await using var copy = _folder.CopyAfterCrash();
            using (var wal = new FileStream(copy.Wal, FileMode.Open, FileAccess.ReadWrite))
            {
                wal.Position = at;
                var old = wal.ReadByte();
                wal.Position = at;
                wal.WriteByte((byte)(old ^ 0xff));
            }

            var sequences = await SequencesAsync(copy);
            Assert.Equal(0, sequences.Count % 3);
            Assert.Equal(Enumerable.Range(1, sequences.Count).Select(n => (long)n), sequences);
        }
    }

    [Fact]
    public async Task Leases_are_free_after_a_crash_and_tokens_go_on_growing()
    {
        var store = await _folder.OpenAsync();
        var created = await store.Dispatches.SaveSubscriptionAsync(
            new SubscriptionChange { Subscription = SqliteFolder.Subscription("s"), ExpectedVersion = 0 }, Cancel);
        var before = Assert.Single(await store.Dispatches.AcquireLeasesAsync("before", TimeSpan.FromHours(1), 10, Cancel));

        await using var copy = _folder.CopyAfterCrash();
        var reopened = await copy.OpenAsync();

        Assert.False(await reopened.Dispatches.SettleAsync(new Settlement { SubscriptionKey = created!.Key, LeaseToken = before.Token }, Cancel));
        var after = Assert.Single(await reopened.Dispatches.AcquireLeasesAsync("after", TimeSpan.FromHours(1), 10, Cancel));
        Assert.True(after.Token > before.Token);
    }

    [Fact]
    public async Task A_migration_that_did_not_finish_is_as_if_never_begun()
    {
        // The file as it is between the schema's transaction and its commit: empty, with only a WAL header perhaps.
        using (var connection = SqliteConnection.Open(_folder.Database, create: true))
        {
            SqliteConnections.EnableWal(connection);
            connection.Execute("BEGIN; CREATE TABLE meta (name TEXT)");
        }

        var store = await _folder.OpenAsync();

        Assert.Equal(0, (await store.Log.GetStateAsync(Cancel)).Head);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    private static async Task<List<long>> SequencesAsync(SqliteFolder folder)
    {
        var store = await folder.OpenAsync();
        Assert.Empty(await store.CheckAsync(Cancel));
        var events = (await store.Log.ReadAsync(0, 1000, long.MaxValue, null, Cancel)).Events;
        Event[] next = [SqliteFolder.Event()];
        Assert.Equal(events.Count + 1, (await store.Log.AppendAsync(SqliteFolder.Request(next), Cancel)).Events[0].Sequence);
        return [.. events.Select(e => e.Sequence)];
    }
}
