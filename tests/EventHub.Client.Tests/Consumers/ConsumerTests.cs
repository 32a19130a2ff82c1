using EventHub.Client.Consumers;
using EventHub.Client.Tests.Support;

namespace EventHub.Client.Tests.Consumers;

/// <summary>Consumers of a real hub.</summary>
public sealed class ConsumerTests
{
    [Fact]
    public async Task What_was_handled_is_acknowledged_and_reading_goes_on_behind_it_also_after_kill_9()
    {
        await using var hub = await StartAsync(events: 10);
        var first = await hub.Client.Consumers.ReadAsync("c", new ConsumerReadOptions { Instance = "one", PageSize = 3 }, Token).TakeAsync(6);
        Assert.Equal([1, 2, 3, 4, 5, 6], first.Select(e => e.Sequence));
        // The sixth was held when reading stopped: it counts as not handled.
        Assert.Equal(5, (await hub.Client.Consumers.FindAsync("c", Token))!.Cursor);
        await hub.KillAsync();
        await hub.StartServerAsync();
        var rest = await hub.Client.Consumers.ReadAsync("c", new ConsumerReadOptions { Instance = "one" }, Token).TakeAsync(5);
        Assert.Equal([6, 7, 8, 9, 10], rest.Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_reader_whose_program_throws_acknowledges_only_what_it_had_handled()
    {
        await using var hub = await StartAsync(events: 5);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in hub.Client.Consumers.ReadAsync("c", null, Token))
                if (item.Sequence == 3) throw new InvalidOperationException("cannot handle it");
        });
        Assert.Equal(2, (await hub.Client.Consumers.FindAsync("c", Token))!.Cursor);
    }

    [Fact]
    public async Task A_reader_waits_for_what_comes_through_restarts_of_the_hub()
    {
        await using var hub = await StartAsync(events: 1, o => o with { RetryTimeout = TimeSpan.FromSeconds(180) });
        var reading = hub.Client.Consumers.ReadAsync("c", new ConsumerReadOptions { Wait = TimeSpan.FromSeconds(2) }, Token).TakeAsync(3);
        await hub.KillAsync();
        await hub.StartServerAsync();
        await hub.Client.PublishAsync("t", "2", Token);
        await hub.Client.PublishAsync("t", "3", Token);
        Assert.Equal([1, 2, 3], (await reading).Select(e => e.Sequence).Distinct());
    }

    [Fact]
    public async Task A_second_reader_learns_who_has_it_until_when_or_waits_its_turn()
    {
        await using var hub = await StartAsync(events: 2);
        var consumers = hub.Client.Consumers;
        Assert.Equal(2, (await consumers.PollAsync("c", instance: "one", cancellationToken: Token)).Events.Count);
        var held = await Assert.ThrowsAsync<ConsumerHeldException>(() => consumers.ReadAsync("c", new ConsumerReadOptions { Instance = "two" }, Token).TakeAsync(1));
        Assert.Equal(("one", 409, "CONSUMER_IS_HELD"), (held.HeldBy, (int)held.Status!, held.Code));
        Assert.NotNull(held.HeldUntil);
        await Assert.ThrowsAsync<ConsumerHeldException>(() => consumers.AckAsync("c", 1, "two", Token));
        var waiting = consumers.ReadAsync("c", new ConsumerReadOptions { Instance = "two", WaitWhileHeld = true }, Token).TakeAsync(1);
        // One that left without a word has it for 30 s.
        Assert.Equal(1, Assert.Single(await waiting).Sequence);
        Assert.Equal("two", (await consumers.FindAsync("c", Token))!.HeldBy);
    }

    [Fact]
    public async Task Consumers_are_created_listed_sought_and_deleted()
    {
        await using var hub = await StartAsync(events: 5);
        var consumers = hub.Client.Consumers;
        Assert.Equal(("c", "beginning", 0L, 5L, 5L), await consumers.FindAsync("c", Token) is { } c ? (c.Name, c.Start, c.Cursor, c.Head, c.Lag) : default);
        Assert.Equal(4, (await consumers.AckAsync("c", 4, cancellationToken: Token)).Cursor);
        Assert.Equal("CURSOR_IS_AHEAD", (await Assert.ThrowsAsync<EventHubException>(() => consumers.AckAsync("c", 3, cancellationToken: Token))).Code);
        Assert.Equal("sequence", Assert.Single((await Assert.ThrowsAsync<EventHubException>(() => consumers.AckAsync("c", 99, cancellationToken: Token))).Errors).Key);
        Assert.Equal(1, (await consumers.SeekAsync("c", "2", cancellationToken: Token)).Cursor);
        Assert.Equal([2, 3], (await consumers.PollAsync("c", 2, cancellationToken: Token)).Events.Select(e => e.Sequence));
        Assert.Equal(["c", "ünïcode?&"], (await SaveAndListAsync()).Select(x => x.Name));
        Assert.True(await consumers.DeleteAsync("ünïcode?&", Token));
        Assert.False(await consumers.DeleteAsync("ünïcode?&", Token));
        Assert.Null(await consumers.FindAsync("ünïcode?&", Token));

        async Task<IReadOnlyList<Consumer>> SaveAndListAsync()
        {
            await consumers.SaveAsync("ünïcode?&", ["a.*"], cancellationToken: Token);
            return await consumers.ListAsync(Token);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<Hub> StartAsync(int events, Func<EventHubClientOptions, EventHubClientOptions>? options = null)
    {
        var hub = await Hub.StartAsync(options);
        await hub.Client.Consumers.SaveAsync("c", ["*"], "beginning", Token);
        for (var i = 1; i <= events; i++) await hub.Client.PublishAsync("t", $"{i}", Token);
        return hub;
    }
}
