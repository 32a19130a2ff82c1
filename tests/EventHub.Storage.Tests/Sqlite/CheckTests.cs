using EventHub.Sqlite;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class CheckTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Theory]
    [InlineData("DELETE FROM events WHERE sequence = 4", "gaps")]
    [InlineData("DELETE FROM events WHERE sequence = 3", "exception refers to an event")]
    [InlineData("DELETE FROM events WHERE sequence = 2", "result refers to an event")]
    [InlineData("UPDATE tracks SET floor = 99", "beyond the head")]
    [InlineData("DELETE FROM tracks", "no main track")]
    [InlineData("DELETE FROM leases", "no lease")]
    [InlineData("UPDATE exceptions SET subscription = 9", "exception belongs to no subscription")]
    [InlineData("UPDATE tracks SET subscription = 9", "track belongs to no subscription")]
    [InlineData("UPDATE exceptions SET sequence = 2", "has a result and is held")]
    [InlineData("DELETE FROM subscription_versions", "newest version is missing")]
    public async Task A_broken_rule_is_found_and_named(string damage, string problem)
    {
        var store = await LivedInAsync();
        Assert.Empty(await store.CheckAsync(Cancel));

        await SqliteFolder.OnWriterAsync(store, connection => connection.Execute(damage));

        Assert.Contains(await store.CheckAsync(Cancel), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_file_is_found()
    {
        await (await LivedInAsync()).DisposeAsync();
        using (var file = new FileStream(_folder.Database, FileMode.Open, FileAccess.ReadWrite))
        {
            // The unique index of ids, whose pages nothing reads at the start.
            var content = new byte[file.Length];
            file.ReadExactly(content);
            var at = content.AsSpan().IndexOf(_ids[2].ToByteArray(bigEndian: true));
            var again = at + 16 + content.AsSpan(at + 16).IndexOf(_ids[2].ToByteArray(bigEndian: true));
            Assert.True(at > 0 && again > at);
            file.Position = again;
            file.WriteByte((byte)(content[again] ^ 0x55));
        }

        Assert.NotEmpty(await (await _folder.OpenAsync()).CheckAsync(Cancel));
    }

    private Guid[] _ids = [];

    private async Task<SqliteStore> LivedInAsync()
    {
        var store = await _folder.OpenAsync();
        var events = SqliteFolder.Events(6);
        _ids = [.. events.Select(e => e.Id)];
        await store.Log.AppendAsync(SqliteFolder.Request(events), Cancel);
        var key = (await store.Dispatches.SaveSubscriptionAsync(
            new SubscriptionChange { Subscription = SqliteFolder.Subscription("s"), ExpectedVersion = 0, StartAfter = 0 }, Cancel))!.Key;
        var lease = (await store.Dispatches.AcquireLeasesAsync("w", TimeSpan.FromHours(1), 1, Cancel))[0];
        await store.Dispatches.SettleAsync(
            new Settlement
            {
                SubscriptionKey = key, LeaseToken = lease.Token,
                Results = [new DispatchResult { Key = new DispatchKey(2, key, 0), Status = DispatchStatus.Complete, Attempts = 1, ResultedAt = SqliteFolder.Time }],
                Exceptions = [new ExceptionRecord { Key = new DispatchKey(3, key, 0), State = ExceptionState.Retrying, DueAt = SqliteFolder.Time }],
            },
            Cancel);
        return store;
    }
}
