using EventHub.Events;
using EventHub.Hosting;
using EventHub.Log;

namespace EventHub.Tests.Log;

public sealed class EventStreamTests
{
    // A wake-up that is missed shows as a test that does not end.
    private const int Timeout = 300_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Where_the_ring_ends_and_the_store_begins_nothing_is_lost_or_repeated()
    {
        const int Publishers = 4;
        const int Each = 1500;
        const int Last = Publishers * Each;
        await using var hub = await TestHub.StartAsync(new HubOptions { TailCapacity = 16, Roles = HubRoles.Api });
        var publishing = Enumerable.Range(0, Publishers).Select(p => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++) await hub.PublishAsync($"t{p}", "1");
            },
            Cancellation)).ToList();
        var reading = Enumerable.Range(0, 24).Select(r => Task.Run(() => ReadThroughAsync(hub, r, Last), Cancellation)).ToList();
        await Task.WhenAll(publishing);
        foreach (var (from, sequences) in await Task.WhenAll(reading)) Assert.Equal(Enumerable.Range((int)from + 1, (int)(Last - from)).Select(s => (long)s), sequences);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    public async Task A_filter_leaves_out_and_still_moves_on(int tail)
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { TailCapacity = tail, Roles = HubRoles.Api });
        for (var i = 1; i <= 100; i++) await hub.PublishAsync(i % 10 == 0 ? "ten" : "other", "1", e => e with { Source = i % 20 == 0 ? "even" : "odd" });
        var filter = new EventFilter { Types = [TypePattern.Parse("ten")], Source = "even" };
        using var stream = await hub.Pipeline.Streams.OpenAsync(StreamStart.FromSequence(0), filter, Cancellation);
        var seen = new List<long>();
        while (stream.IsBehind) seen.AddRange((await stream.ReadAsync(7, Cancellation)).Events.Select(e => e.Sequence));
        Assert.Equal([20, 40, 60, 80, 100], seen);
        Assert.Equal(100, stream.Position);
    }

    [Fact]
    public async Task Events_removed_before_they_were_read_are_reported_once()
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { TailCapacity = 16, Roles = HubRoles.Api });
        for (var i = 1; i <= 100; i++) await hub.PublishAsync("a", "1");
        using var stream = await hub.Pipeline.Streams.OpenAsync(StreamStart.FromSequence(11), EventFilter.All, Cancellation);
        Assert.Null(stream.Reset);
        Assert.Equal([11, 12], (await stream.ReadAsync(2, Cancellation)).Events.Select(e => e.Sequence));
        await hub.Store.Log.TrimAsync(50, DateTimeOffset.UnixEpoch, Cancellation);
        var page = await stream.ReadAsync(2, Cancellation);
        Assert.Equal((0, 50L, StreamReset.Trimmed), (page.Events.Count, page.Through, page.Reset));
        Assert.Equal([51, 52], (await stream.ReadAsync(2, Cancellation)).Events.Select(e => e.Sequence));
    }

    [Fact]
    public async Task What_was_removed_after_it_was_read_is_nobodys_business()
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { TailCapacity = 16, Roles = HubRoles.Api });
        for (var i = 1; i <= 100; i++) await hub.PublishAsync("a", "1");
        using var stream = await hub.Pipeline.Streams.OpenAsync(StreamStart.FromSequence(1), EventFilter.All, Cancellation);
        Assert.Equal(50, (await stream.ReadAsync(50, Cancellation)).Events.Count);
        await hub.Store.Log.TrimAsync(50, DateTimeOffset.UnixEpoch, Cancellation);
        var page = await stream.ReadAsync(1, Cancellation);
        Assert.Equal((51L, null), (page.Events[0].Sequence, page.Reset));
    }

    [Fact]
    public async Task A_sequence_before_the_oldest_event_is_a_reset_but_the_beginning_is_not()
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { Roles = HubRoles.Api });
        for (var i = 1; i <= 10; i++) await hub.PublishAsync("a", "1");
        await hub.Store.Log.TrimAsync(5, DateTimeOffset.UnixEpoch, Cancellation);
        await AssertStart(StreamStart.FromSequence(0), 5, null);
        await AssertStart(StreamStart.FromSequence(1), 5, null);
        await AssertStart(StreamStart.FromSequence(5), 5, StreamReset.Trimmed);
        await AssertStart(StreamStart.FromSequence(6), 5, null);
        await AssertStart(StreamStart.FromSequence(11), 10, null);
        await AssertStart(StreamStart.FromSequence(12), 10, StreamReset.Future);
        await AssertStart(StreamStart.Head, 10, null);

        async Task AssertStart(StreamStart start, long position, StreamReset? reset)
        {
            using var stream = await hub.Pipeline.Streams.OpenAsync(start, EventFilter.All, Cancellation);
            Assert.Equal((position, reset), (stream.Position, stream.Reset));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wait_ends_with_an_event_with_its_token_and_with_the_hub()
    {
        var hub = await TestHub.StartAsync(new HubOptions { Roles = HubRoles.Api });
        await using var closing = hub;
        using var stream = await hub.Pipeline.Streams.OpenAsync(StreamStart.Head, EventFilter.All, Cancellation);
        var waiting = stream.WaitAsync(s_patience, Cancellation);
        Assert.False(waiting.IsCompleted);
        await hub.PublishAsync("a", "1");
        await waiting;
        Assert.Single((await stream.ReadAsync(10, Cancellation)).Events);

        using var cancelled = new CancellationTokenSource();
        var cancelledWait = stream.WaitAsync(s_patience, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await cancelledWait);

        var last = stream.WaitAsync(s_patience, Cancellation);
        await hub.DisposeAsync();
        await last;
        Assert.True(stream.IsOver);
    }

    private static async Task<(long From, List<long> Sequences)> ReadThroughAsync(TestHub hub, int reader, long last)
    {
        // Some begin at the beginning, some wherever the head is when they come, some drop out now and then and resume.
        using var first = await hub.Pipeline.Streams.OpenAsync(reader % 3 == 0 ? StreamStart.Head : StreamStart.FromSequence(0), EventFilter.All, Cancellation);
        var (stream, from, sequences) = (first, first.Position, new List<long>());
        for (var i = 1; stream.Position < last; i++)
        {
            if (reader % 3 == 2 && i % 50 == 0)
            {
                var resume = new ResumePoint(stream.Epoch, stream.Position).ToString();
                stream.Dispose();
                stream = await hub.Pipeline.Streams.OpenAsync(StreamStart.Resume(resume), EventFilter.All, Cancellation);
                Assert.Null(stream.Reset);
            }

            var page = await stream.ReadAsync(1 + (reader * 7 % 100), Cancellation);
            sequences.AddRange(page.Events.Select(e => e.Sequence));
            if (stream.Position < last) await stream.WaitAsync(s_patience, Cancellation);
        }

        stream.Dispose();
        return (from, sequences);
    }
}
