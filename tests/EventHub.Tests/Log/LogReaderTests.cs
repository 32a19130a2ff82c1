using EventHub.Events;
using EventHub.Log;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Log;

public sealed class LogReaderTests : IAsyncLifetime
{
    private readonly MemoryStore _store = new(new FakeTimeProvider(), new Random(1));
    private readonly LogTail _tail = new(16, long.MaxValue);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.OpenAsync(new RecordingObserver(), Token);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task At_the_head_a_page_is_empty_and_goes_nowhere()
    {
        await AppendAsync(3);
        _tail.Start(3);
        var page = await Reader().ReadAsync(3, 10, null, Token);
        Assert.Empty(page.Events);
        Assert.Equal(3, page.Through);
        Assert.Equal(9, (await Reader().ReadAsync(9, 10, null, Token)).Through);
    }

    [Fact]
    public async Task What_the_tail_does_not_hold_comes_from_the_store()
    {
        await AppendAsync(5);
        _tail.Start(5);
        var page = await Reader().ReadAsync(0, 3, null, Token);
        EventAssert.Sequences([1, 2, 3], page.Events);
        Assert.Equal(3, page.Through);
    }

    [Fact]
    public async Task It_never_goes_past_what_the_tail_was_told_of()
    {
        await AppendAsync(9);
        _tail.Start(4);
        var page = await Reader().ReadAsync(0, 100, null, Token);
        EventAssert.Sequences([1, 2, 3, 4], page.Events);
        Assert.Equal(4, page.Through);
    }

    [Fact]
    public async Task With_types_it_skips_what_does_not_match_and_says_how_far_it_looked()
    {
        await AppendAsync(3, "a.b");
        await AppendAsync(2, "c.d");
        _tail.Start(5);
        var page = await Reader().ReadAsync(0, 100, [TypePattern.Parse("c.*")], Token);
        EventAssert.Sequences([4, 5], page.Events);
        Assert.Equal(5, page.Through);
    }

    [Fact]
    public async Task From_the_beginning_to_the_head_there_is_neither_gap_nor_duplicate_where_store_and_tail_meet()
    {
        for (var sequence = 1; sequence <= 40; sequence++)
        {
            var item = Make.Event();
            await _store.Log.AppendAsync(new AppendRequest { Events = [item], Now = Make.Time }, Token);
            if (sequence > 10) _tail.Append([item.At(sequence)]);
        }

        for (var count = 1; count < 30; count++)
        {
            var read = new List<long>();
            for (var after = 0L; after < 40;)
            {
                var page = await Reader().ReadAsync(after, count, null, Token);
                Assert.InRange(page.Events.Count, 1, count);
                read.AddRange(page.Events.Select(e => e.Sequence));
                after = page.Through;
            }

            Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), read);
        }
    }

    private LogReader Reader() => new(_store.Log, _tail);

    private async Task AppendAsync(int count, string type = "order.created") =>
        await _store.Log.AppendAsync(new AppendRequest { Events = Make.Events(count, type), Now = Make.Time }, Token);
}
