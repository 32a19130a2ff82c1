using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Idempotency keys: of single events and of whole requests, committed with the events or not at all.</summary>
public abstract class IdempotencyTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task A_key_used_again_for_the_same_content_gets_the_first_events_answer()
    {
        var first = (await AppendAsync(Make.Key("k"))).Events[0];

        var again = await AppendAsync(Make.Key("k"));

        Assert.Equal([first with { IsDuplicate = true }], again.Events);
        Assert.False(again.IsReplay);
        Assert.Equal(1, await HeadAsync());
    }

    [Fact]
    public async Task A_key_used_again_for_other_content_is_a_conflict()
    {
        await AppendAsync(Make.Key("k"));

        var conflict = await AppendAsync(Make.Key("k", "other"));

        Assert.Equal(0, conflict.ConflictIndex);
        Assert.Empty(conflict.Events);
        Assert.Equal(1, await HeadAsync());
    }

    [Fact]
    public async Task A_conflict_in_the_middle_of_a_request_keeps_nothing_of_it()
    {
        await AppendAsync(Make.Key("taken"));

        var conflict = await AppendKeyedAsync(Make.Time, Make.Key("before"), Make.Key("taken", "other"), Make.Key("after"));

        Assert.Equal(1, conflict.ConflictIndex);
        Assert.Empty(conflict.Events);
        Assert.Equal(1, await HeadAsync());
        Assert.False((await AppendAsync(Make.Key("before", "free still"))).Events[0].IsDuplicate);
        Assert.False((await AppendAsync(Make.Key("after", "free still"))).Events[0].IsDuplicate);
        Assert.Equal(3, await HeadAsync());
    }

    [Fact]
    public async Task New_and_known_keys_in_one_request_leave_no_gap()
    {
        var known = (await AppendAsync(Make.Key("known"))).Events[0];

        var mixed = await AppendKeyedAsync(Make.Time, Make.Key("new"), Make.Key("known"), null, Make.Key("newer"));

        Assert.Equal([2L, 1, 3, 4], mixed.Events.Select(e => e.Sequence));
        Assert.Equal([false, true, false, false], mixed.Events.Select(e => e.IsDuplicate));
        Assert.Equal(known.Id, mixed.Events[1].Id);
        Assert.Equal(mixed.Events.Where(e => !e.IsDuplicate).Select(e => e.Id), (await ReadAllAsync()).Skip(1).Select(e => e.Id));
    }

    [Fact]
    public async Task A_key_that_stands_twice_in_a_request_makes_one_event()
    {
        var result = await AppendKeyedAsync(Make.Time, Make.Key("k"), Make.Key("k"), Make.Key("other"));

        Assert.Equal([1L, 1, 2], result.Events.Select(e => e.Sequence));
        Assert.Equal([false, true, false], result.Events.Select(e => e.IsDuplicate));
        Assert.Equal(result.Events[0].Id, result.Events[1].Id);
        Assert.Equal(2, await HeadAsync());
    }

    [Fact]
    public async Task A_key_that_stands_twice_in_a_request_for_different_content_is_a_conflict()
    {
        var result = await AppendKeyedAsync(Make.Time, Make.Key("k"), null, Make.Key("k", "other"));

        Assert.Equal(2, result.ConflictIndex);
        Assert.Equal(0, await HeadAsync());
    }

    [Theory]
    [InlineData("k", "K")]
    [InlineData("k", "k ")]
    [InlineData("\u00e9", "e\u0301")]
    [InlineData("ß", "ss")]
    [InlineData("a", "a\u200b")]
    public async Task Keys_that_differ_in_any_way_are_different(string one, string other)
    {
        await AppendAsync(Make.Key(one));

        Assert.False((await AppendAsync(Make.Key(other))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task A_key_is_in_force_until_just_before_its_expiry()
    {
        await AppendAsync(Make.Key("k"));

        Assert.True((await AppendAsync(Make.Key("k"), Make.Time.AddDays(1).AddMilliseconds(-1))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task A_key_is_as_if_never_used_from_its_expiry_on_and_then_covers_the_new_event()
    {
        var expiry = Make.Time.AddDays(1);
        await AppendAsync(Make.Key("k"));

        var renewed = await AppendAsync(Make.Key("k", "other", expiry.AddDays(1)), expiry);

        Assert.Equal(2, renewed.Events[0].Sequence);
        Assert.False(renewed.Events[0].IsDuplicate);
        Assert.Equal(2, (await AppendAsync(Make.Key("k", "other"), expiry)).Events[0].Sequence);
        Assert.Equal(0, (await AppendAsync(Make.Key("k"), expiry)).ConflictIndex);
    }

    [Fact]
    public async Task Expiry_is_judged_by_the_request_not_by_the_stores_clock()
    {
        await AppendAsync(Make.Key("k"));

        Clock.Advance(TimeSpan.FromDays(365));

        Assert.True((await AppendAsync(Make.Key("k"))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task A_request_key_used_again_gets_the_original_answers_duplicates_and_all()
    {
        await AppendAsync(Make.Key("known"));
        var original = await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("known"), Make.Key("new"), null);

        var replay = await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("known"), Make.Key("new"), null);

        Assert.False(original.IsReplay);
        Assert.True(replay.IsReplay);
        Assert.Null(replay.ConflictIndex);
        Assert.Equal(original.Events, replay.Events);
        Assert.Equal([true, false, false], replay.Events.Select(e => e.IsDuplicate));
        Assert.Equal(3, await HeadAsync());
    }

    [Fact]
    public async Task A_request_key_used_again_for_other_content_is_a_conflict_at_minus_one()
    {
        await AppendWithRequestKeyAsync(Make.Key("request"), null, null);

        var conflict = await AppendWithRequestKeyAsync(Make.Key("request", "other"), Make.Key("new"));

        Assert.Equal(-1, conflict.ConflictIndex);
        Assert.Empty(conflict.Events);
        Assert.False(conflict.IsReplay);
        Assert.Equal(2, await HeadAsync());
        Assert.False((await AppendAsync(Make.Key("new"))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task A_known_request_key_answers_before_the_keys_of_its_events_are_looked_at()
    {
        await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("k"));

        var replay = await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("k", "other"));

        Assert.True(replay.IsReplay);
        Assert.Null(replay.ConflictIndex);
    }

    [Fact]
    public async Task A_request_whose_event_conflicts_leaves_its_own_key_unused()
    {
        await AppendAsync(Make.Key("taken"));
        Assert.Equal(1, (await AppendWithRequestKeyAsync(Make.Key("request"), null, Make.Key("taken", "other"))).ConflictIndex);

        var corrected = await AppendWithRequestKeyAsync(Make.Key("request", "corrected"), [null]);

        Assert.False(corrected.IsReplay);
        Assert.Equal(2, Assert.Single(corrected.Events).Sequence);
    }

    [Fact]
    public async Task A_request_of_nothing_but_duplicates_appends_nothing_and_can_be_replayed()
    {
        await AppendAsync(Make.Key("a"));
        var original = await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("a"), Make.Key("a"));

        var replay = await AppendWithRequestKeyAsync(Make.Key("request"), Make.Key("a"), Make.Key("a"));

        Assert.Equal([1L, 1], original.Events.Select(e => e.Sequence));
        Assert.True(replay.IsReplay);
        Assert.Equal(original.Events, replay.Events);
        Assert.Equal(1, await HeadAsync());
    }

    [Fact]
    public async Task A_request_key_is_as_if_never_used_from_its_expiry_on()
    {
        var request = Make.Key("request");
        await AppendWithRequestKeyAsync(request, null, null);

        var late = await Log.AppendAsync(new AppendRequest { Events = Make.Events(1), RequestKey = request, Now = request.ExpiresAt }, Cancel);

        Assert.False(late.IsReplay);
        Assert.Equal(3, Assert.Single(late.Events).Sequence);
    }

    [Fact]
    public async Task A_request_and_one_of_its_events_may_carry_the_same_key()
    {
        var original = await AppendWithRequestKeyAsync(Make.Key("k", "the request"), Make.Key("k", "the event"), null);

        Assert.Null(original.ConflictIndex);
        Assert.Equal([1L, 2], original.Events.Select(e => e.Sequence));
        Assert.True((await AppendWithRequestKeyAsync(Make.Key("k", "the request"), Make.Key("k", "the event"), null)).IsReplay);
        Assert.True((await AppendAsync(Make.Key("k", "the event"))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task Fifty_appends_at_once_with_one_key_make_one_event()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => AppendAsync(Make.Key("k")), Cancel)));

        Assert.Single(await ReadAllAsync());
        Assert.Single(results, result => !result.Events[0].IsDuplicate);
        Assert.Single(results.Select(result => (result.Events[0].Id, result.Events[0].Sequence)).Distinct());
    }

    [Fact]
    public async Task Fifty_appends_at_once_with_one_request_key_make_one_request()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => AppendWithRequestKeyAsync(Make.Key("r"), null, null, null), Cancel)));

        Assert.Equal(3, await HeadAsync());
        Assert.Single(results, result => !result.IsReplay);
        Assert.All(results, result => Assert.Equal(results[0].Events, result.Events));
    }

    private async Task<AppendResult> AppendWithRequestKeyAsync(IdempotencyKey request, params IdempotencyKey?[] keys) => await Log.AppendAsync(
        new AppendRequest { Events = Make.Events(keys.Length), RequestKey = request, EventKeys = keys, Now = Make.Time }, Cancel);
}
