using EventHub.Events;
using EventHub.Sqlite;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

/// <summary>What only shows when the log is longer than a time block, a page or a list of types.</summary>
public sealed class LongLogTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(1023)]
    [InlineData(2500)]
    [InlineData(5000)]
    public async Task Times_are_found_exactly_although_clocks_went_back(int trimmed)
    {
        // Times that grow on the whole, jump about by 500 s, and fall by 2000 s in the middle.
        var random = new Random(7);
        var times = Enumerable.Range(0, 5000).Select(n => n + random.Next(-250, 250) - (n > 2600 ? 2000 : 0)).ToArray();
        var store = await _folder.OpenAsync();
        foreach (var chunk in times.Select(At).Select(time => SqliteFolder.Event(createdAt: time)).Chunk(1000)) await store.Log.AppendAsync(SqliteFolder.Request(chunk), Cancel);
        await store.Log.TrimAsync(trimmed, SqliteFolder.Time, Cancel);

        foreach (var second in new[] { -300, -200, 0, 10, 500, 600, 1000, 1023, 2000, 2400, 2850, 2900, 3200, 9999 })
        {
            var first = Array.FindIndex(times, trimmed, time => time >= second);
            Assert.Equal(first < 0 ? 5000 : first, await store.Log.FindSequenceBeforeAsync(At(second), Cancel));
            foreach (var until in new[] { second, second + 1, second + 400, 10_000 })
            {
                foreach (var descending in new[] { false, true })
                {
                    var query = new EventQuery { Since = At(second), Until = At(until), Descending = descending, Limit = 100 };
                    var expected = times.Index().Skip(trimmed).Where(place => place.Item >= second && place.Item < until).Select(place => place.Index + 1L);
                    Assert.Equal((descending ? expected.Reverse() : expected).Take(100), (await store.Log.QueryAsync(query, Cancel)).Select(e => e.Sequence));
                }
            }
        }
    }

    [Theory]
    [InlineData("a.*", 3)]
    [InlineData("a.*", 40)]
    [InlineData("a.*", 200)]
    [InlineData("*.1", 200)]
    [InlineData("*.*", 10)]
    [InlineData("a.**", 17)]
    [InlineData("b.7", 200)]
    public async Task A_pattern_finds_the_same_events_however_many_types_there_are(string pattern, int types)
    {
        var parsed = TypePattern.Parse(pattern);
        Event[] events = [.. Enumerable.Range(0, 900).Select(n => SqliteFolder.Event($"{"abc"[n % 3]}.{n % types}"))];
        long[] expected = [.. events.Index().Where(place => parsed.Matches(place.Item.Type)).Select(place => place.Index + 1L)];
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(SqliteFolder.Request(events), Cancel);

        Assert.Equal(expected, await ReadAllAsync(store, parsed, 7));
        Assert.Equal(expected, (await store.Log.QueryAsync(new EventQuery { Types = [parsed], Limit = 1000 }, Cancel)).Select(e => e.Sequence));
        Assert.Equal(
            expected.Reverse().Take(5), (await store.Log.QueryAsync(new EventQuery { Types = [parsed], Descending = true, Limit = 5 }, Cancel)).Select(e => e.Sequence));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_is_found_by_what_was_committed_into_it_although_appends_failed_meanwhile(bool isReopened)
    {
        var store = await _folder.OpenAsync();
        for (var n = 0; n < 9; n++)
        {
            await store.Log.AppendAsync(SqliteFolder.Request([.. Enumerable.Range(0, 150).Select(i => SqliteFolder.Event($"kept.{i % 3}"))]), Cancel);
            if (n == 4 && isReopened)
            {
                await store.DisposeAsync();
                store = await _folder.OpenAsync();
            }

            // The second has the first one's id, so that neither is appended, and the next request gets their places.
            var lost = SqliteFolder.Event("lost.1");
            await Assert.ThrowsAnyAsync<Exception>(() => store.Log.AppendAsync(SqliteFolder.Request(lost, lost), Cancel).AsTask());
        }

        var found = await store.Log.QueryAsync(new EventQuery { Types = [TypePattern.Parse("kept.2")], Limit = 1000 }, Cancel);
        var lostOnes = await store.Log.QueryAsync(new EventQuery { Types = [TypePattern.Parse("lost.*")], Limit = 1000 }, Cancel);

        Assert.Equal(Enumerable.Range(1, 1350).Where(n => n % 3 == 0).Select(n => (long)n), found.Select(e => e.Sequence));
        Assert.Empty(lostOnes);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_filtered_page_looks_at_a_bounded_number_of_events()
    {
        var store = await _folder.OpenAsync();
        for (var n = 0; n < 70; n++) await store.Log.AppendAsync(SqliteFolder.Request([.. Enumerable.Range(0, 1000).Select(i => SqliteFolder.Event($"a.{i % 100}.x"))]), Cancel);

        var page = await store.Log.ReadAsync(0, 10, long.MaxValue, [TypePattern.Parse("*.*.y")], Cancel);

        Assert.Empty(page.Events);
        Assert.InRange(page.Through, 1000, 68_000);
        Assert.Equal(70_000, (await store.Log.ReadAsync(page.Through, 10, long.MaxValue, [TypePattern.Parse("*.*.y")], Cancel)).Through);
    }

    [Fact]
    public async Task A_long_write_ahead_log_is_copied_into_the_database_while_writing_goes_on()
    {
        var store = await _folder.OpenAsync(o => o with { CheckpointPages = 50 });

        for (var n = 0; n < 100; n++) await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: $"\"{new string('x', 20_000)}\"")), Cancel);

        Assert.InRange(new FileInfo(_folder.Wal).Length, 1, 1_000_000);
        Assert.InRange(new FileInfo(_folder.Database).Length, 1_500_000, long.MaxValue);
        Assert.Equal(100, (await store.Log.ReadAsync(0, 1000, long.MaxValue, null, Cancel)).Events.Count);
    }

    private static DateTimeOffset At(int second) => SqliteFolder.Time.AddSeconds(second);

    private static async Task<List<long>> ReadAllAsync(SqliteStore store, TypePattern pattern, int pageSize)
    {
        var (read, head) = (new List<long>(), (await store.Log.GetStateAsync(Cancel)).Head);
        for (var after = 0L; after < head;)
        {
            var page = await store.Log.ReadAsync(after, pageSize, long.MaxValue, [pattern], Cancel);
            Assert.True(page.Through > after, $"The page after {after} goes no further.");
            read.AddRange(page.Events.Select(e => e.Sequence));
            after = page.Through;
        }

        return read;
    }
}
