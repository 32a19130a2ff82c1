using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Consumers: cursors that last, moved by one client at a time.</summary>
public abstract class ConsumerTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(null, 3)]
    [InlineData(0L, 0)]
    [InlineData(2L, 2)]
    [InlineData(99L, 3)]
    public async Task A_new_consumer_begins_where_it_was_asked_to(long? startAfter, long cursor)
    {
        await AppendAsync(Make.Events(3));

        var (created, isNew) = await SaveAsync("c", startAfter, "user.*", "größe.作成");

        Assert.True(isNew);
        var expected = new ConsumerRecord { Name = "c", Events = created.Events, Start = "as written", Cursor = cursor, CreatedAt = Make.Time, UpdatedAt = Make.Time };
        Assert.Equal(["user.*", "größe.作成"], created.Events);
        Assert.Equal(expected, created);
        Assert.Equivalent(created, await FindAsync("c"), strict: true);
    }

    [Fact]
    public async Task Saving_again_changes_the_patterns_and_nothing_else()
    {
        await AppendAsync(Make.Events(3));
        await SaveAsync("c", 0);
        await MoveAsync(new ConsumerMove("c", 2, "a"));
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);

        var (changed, isNew) = await Consumers.SaveAsync(
            new ConsumerChange { Name = "c", Events = ["other"], Start = "now", StartAfter = 3, Now = Make.Time.AddHours(1) }, Cancel);

        Assert.False(isNew);
        Assert.Equal(["other"], changed.Events);
        Assert.Equal(("as written", 2L, "a"), (changed.Start, changed.Cursor, changed.Holder));
        Assert.Equal((Make.Time, Make.Time.AddHours(1)), (changed.CreatedAt, changed.UpdatedAt));
    }

    [Fact]
    public async Task They_are_listed_by_name_which_is_compared_by_ordinal()
    {
        foreach (var name in (string[])["b", "a", "B", "ä", "a1"]) await SaveAsync(name, 0);

        Assert.Equal(["B", "a", "a1", "b", "ä"], (await Consumers.ListAsync(Cancel)).Select(consumer => consumer.Name));
        Assert.Null(await FindAsync("A"));
    }

    [Fact]
    public async Task One_that_does_not_exist_can_do_nothing()
    {
        Assert.Null(await FindAsync("c"));
        Assert.Null(await Consumers.ClaimAsync("c", "a", s_lease, Cancel));
        Assert.Null(await MoveAsync(new ConsumerMove("c", 0, "a")));
        Assert.False(await Consumers.DeleteAsync("c", Cancel));
        Assert.Empty(await Consumers.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_deleted_one_is_gone_and_its_name_begins_anew()
    {
        await AppendAsync(Make.Events(3));
        await SaveAsync("c", 3);
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);

        Assert.True(await Consumers.DeleteAsync("c", Cancel));

        Assert.Null(await FindAsync("c"));
        var (anew, isNew) = await SaveAsync("c", 1);
        Assert.True(isNew);
        Assert.Equal((1L, null), (anew.Cursor, anew.Holder));
    }

    [Theory]
    [InlineData(3, 2, false, ConsumerStatus.Done, 2)]
    [InlineData(3, 2, true, ConsumerStatus.Moved, 3)]
    [InlineData(3, 3, true, ConsumerStatus.Done, 3)]
    [InlineData(3, 4, true, ConsumerStatus.Done, 4)]
    [InlineData(3, 99, true, ConsumerStatus.Done, 5)]
    [InlineData(3, 0, false, ConsumerStatus.Done, 0)]
    public async Task The_cursor_moves_as_far_as_it_may(long from, long to, bool isForwardOnly, ConsumerStatus status, long expected)
    {
        await AppendAsync(Make.Events(5));
        await SaveAsync("c", from);

        var outcome = await MoveAsync(new ConsumerMove("c", to, "a") { IsForwardOnly = isForwardOnly });

        Assert.Equal((status, expected), (outcome!.Status, outcome.Consumer.Cursor));
        Assert.Equal(expected, (await FindAsync("c"))!.Cursor);
    }

    [Fact]
    public async Task A_move_from_somewhere_else_is_refused()
    {
        await AppendAsync(Make.Events(5));
        await SaveAsync("c", 2);

        Assert.Equal(ConsumerStatus.Moved, (await MoveAsync(new ConsumerMove("c", 4, "a") { From = 1 }))!.Status);
        Assert.Equal(ConsumerStatus.Done, (await MoveAsync(new ConsumerMove("c", 4, "a") { From = 2 }))!.Status);
    }

    [Fact]
    public async Task While_one_client_has_it_no_other_can_claim_or_move_it()
    {
        await AppendAsync(Make.Events(5));
        await SaveAsync("c", 0);
        var claimed = await Consumers.ClaimAsync("c", "a", s_lease, Cancel);
        Assert.Equal((ConsumerStatus.Done, "a", Make.Time + s_lease), (claimed!.Status, claimed.Consumer.Holder, claimed.Consumer.HeldUntil));

        var second = await Consumers.ClaimAsync("c", "b", s_lease, Cancel);
        Assert.Equal((ConsumerStatus.Held, "a", Make.Time + s_lease), (second!.Status, second.Consumer.Holder, second.Consumer.HeldUntil));
        Assert.Equal(ConsumerStatus.Held, (await MoveAsync(new ConsumerMove("c", 1, "b")))!.Status);
        Assert.Equal(ConsumerStatus.Held, (await Consumers.ClaimAsync("c", "b", TimeSpan.Zero, Cancel))!.Status);
        Assert.Equal((ConsumerStatus.Done, 1L), await MovedAsync(new ConsumerMove("c", 1, "a")));
    }

    [Fact]
    public async Task A_lease_lasts_as_long_as_asked_and_is_renewed_by_its_holder()
    {
        await SaveAsync("c", 0);
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);
        Clock.Advance(TimeSpan.FromSeconds(20));
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);
        Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("a", (await FindAsync("c"))!.Holder);

        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((null, null), ((await FindAsync("c"))!.Holder, (await Consumers.ListAsync(Cancel))[0].HeldUntil));
        Assert.Equal(ConsumerStatus.Done, (await Consumers.ClaimAsync("c", "b", s_lease, Cancel))!.Status);
        Assert.Equal(ConsumerStatus.Held, (await Consumers.ClaimAsync("c", "a", s_lease, Cancel))!.Status);
    }

    [Fact]
    public async Task A_lease_given_back_is_anybodys()
    {
        await SaveAsync("c", 0);
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);

        var given = await Consumers.ClaimAsync("c", "a", TimeSpan.Zero, Cancel);

        Assert.Equal((ConsumerStatus.Done, null), (given!.Status, given.Consumer.Holder));
        Assert.Equal(ConsumerStatus.Done, (await Consumers.ClaimAsync("c", "b", s_lease, Cancel))!.Status);
    }

    [Fact]
    public async Task Of_many_clients_claiming_at_once_one_gets_it()
    {
        await SaveAsync("c", 0);

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(async () => await Consumers.ClaimAsync("c", $"client-{n}", s_lease, Cancel), Cancel)));

        var winner = Assert.Single(claims, claim => claim!.Status == ConsumerStatus.Done);
        Assert.All(claims, claim => Assert.Equal(winner!.Consumer.Holder, claim!.Consumer.Holder));
    }

    [Fact]
    public async Task Of_many_clients_moving_it_forward_at_once_none_moves_it_back()
    {
        await AppendAsync(Make.Events(50));
        await SaveAsync("c", 0);

        await Task.WhenAll(Enumerable.Range(1, 50).Select(n => Task.Run(async () => await MoveAsync(new ConsumerMove("c", n, "a") { IsForwardOnly = true }), Cancel)));

        Assert.Equal(50, (await FindAsync("c"))!.Cursor);
    }

    [Fact]
    public async Task After_opening_anew_they_stand_where_they_stood()
    {
        await AppendAsync(Make.Events(5));
        await SaveAsync("c", 0, "a.*", "b");
        await SaveAsync("gone", 0);
        await Consumers.ClaimAsync("c", "a", s_lease, Cancel);
        await MoveAsync(new ConsumerMove("c", 4, "a"));
        await Consumers.DeleteAsync("gone", Cancel);
        var before = await Consumers.ListAsync(Cancel);

        await ReopenAsync();

        var after = await Consumers.ListAsync(Cancel);
        if (Provider.IsPersistent) Assert.Equivalent(before, after, strict: true);
        else Assert.Empty(after);
    }

    private ValueTask<(ConsumerRecord Consumer, bool IsNew)> SaveAsync(string name, long? startAfter, params string[] patterns) => Consumers.SaveAsync(
        new ConsumerChange { Name = name, Events = patterns is [] ? ["*"] : patterns, Start = "as written", StartAfter = startAfter, Now = Make.Time }, Cancel);

    private ValueTask<ConsumerRecord?> FindAsync(string name) => Consumers.FindAsync(name, Cancel);

    private ValueTask<ConsumerOutcome?> MoveAsync(ConsumerMove move) => Consumers.MoveAsync(move, Cancel);

    private async Task<(ConsumerStatus Status, long Cursor)> MovedAsync(ConsumerMove move)
    {
        var outcome = (await MoveAsync(move))!;
        return (outcome.Status, outcome.Consumer.Cursor);
    }
}
