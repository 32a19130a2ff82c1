using EventHub.Events;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Reading on from a sequence, finding by id, sequence and time.</summary>
public abstract class ReadTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    private static readonly string[] s_types = ["user.created", "user.deleted", "order.created", "user.profile.changed", "user", "User.created"];

    [Fact]
    public async Task An_empty_log_reads_as_an_empty_page()
    {
        var page = await ReadAsync(0);

        Assert.Empty(page.Events);
        Assert.Equal(0, page.Through);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 5)]
    public async Task Reading_after_n_begins_with_the_one_behind_n(long after, long first)
    {
        await AppendAsync(Make.Events(5));

        var page = await ReadAsync(after);

        EventAssert.Sequences(Enumerable.Range((int)first, 6 - (int)first).Select(n => (long)n), page.Events);
        Assert.Equal(5, page.Through);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(long.MaxValue)]
    public async Task Reading_at_or_past_the_head_gives_nothing_and_stays_where_it_is(long after)
    {
        await AppendAsync(Make.Events(5));

        var page = await ReadAsync(after);

        Assert.Empty(page.Events);
        Assert.Equal(after, page.Through);
    }

    [Fact]
    public async Task A_page_holds_no_more_than_it_is_asked_for_and_says_how_far_it_came()
    {
        await AppendAsync(Make.Events(5));

        var page = await ReadAsync(1, maxCount: 2);

        EventAssert.Sequences([2, 3], page.Events);
        Assert.Equal(3, page.Through);
    }

    [Theory]
    [InlineData(1, long.MaxValue)]
    [InlineData(7, long.MaxValue)]
    [InlineData(int.MaxValue, 1L)]
    [InlineData(int.MaxValue, 5000L)]
    [InlineData(3, 1300L)]
    public async Task Reading_page_by_page_covers_every_event_once(int maxCount, long maxBytes)
    {
        await AppendAsync(Make.Events(50));
        var read = new List<Event>();

        for (var after = 0L; after < 50;)
        {
            var page = await ReadAsync(after, maxCount, maxBytes);
            Assert.NotEmpty(page.Events);
            Assert.InRange(page.Events.Count, 1, maxCount);
            Assert.Equal(page.Events[^1].Sequence, page.Through);
            read.AddRange(page.Events);
            after = page.Through;
        }

        EventAssert.Sequences(Enumerable.Range(1, 50).Select(n => (long)n), read);
    }

    [Fact]
    public async Task A_page_ends_when_its_bytes_are_passed()
    {
        var payload = $"\"{new string('x', 10_000)}\"";
        await AppendAsync([.. Enumerable.Range(0, 10).Select(_ => Make.Event(payload: payload))]);
        var size = Make.Event(payload: payload).Size;

        var page = await ReadAsync(0, maxBytes: (size * 2) + (size / 2));

        Assert.InRange(page.Events.Count, 2, 3);
        Assert.Equal(page.Events.Count, page.Through);
    }

    [Fact]
    public async Task An_event_greater_than_the_page_is_read_all_the_same()
    {
        await AppendAsync(Make.Event(payload: $"\"{new string('x', 100_000)}\""), Make.Event());

        EventAssert.Sequences([1], (await ReadAsync(0, maxBytes: 1)).Events);
        EventAssert.Sequences([2], (await ReadAsync(1, maxBytes: 1)).Events);
    }

    [Theory]
    [InlineData("user.created", 1)]
    [InlineData("user.*", 1, 2)]
    [InlineData("*.created", 1, 3, 6)]
    [InlineData("user.**", 1, 2, 4)]
    [InlineData("*.*.*", 4)]
    [InlineData("user", 5)]
    [InlineData("*", 1, 2, 3, 4, 5, 6)]
    [InlineData("**", 1, 2, 3, 4, 5, 6)]
    [InlineData("nobody.*")]
    public async Task A_pattern_lets_its_types_through_and_the_page_moves_past_the_others(string pattern, params int[] expected)
    {
        await AppendAsync([.. s_types.Select(type => Make.Event(type))]);

        var page = await ReadAsync(0, types: pattern);

        EventAssert.Sequences(expected.Select(n => (long)n), page.Events);
        Assert.Equal(s_types.Length, page.Through);
    }

    [Fact]
    public async Task Several_patterns_let_through_what_any_of_them_does_once()
    {
        await AppendAsync([.. s_types.Select(type => Make.Event(type))]);

        EventAssert.Sequences([1, 3, 5, 6], (await ReadAsync(0, types: ["*.created", "order.*", "user", "nobody"])).Events);
    }

    [Fact]
    public async Task Reading_filtered_pages_on_and_on_misses_no_match()
    {
        await AppendAsync([.. Enumerable.Range(1, 60).Select(n => Make.Event(n % 7 == 0 ? "wanted" : "other"))]);
        var read = new List<Event>();

        for (var after = 0L; after < 60;)
        {
            var page = await ReadAsync(after, maxCount: 2, types: "wanted");
            Assert.True(page.Through > after, $"The page after {after} goes no further.");
            read.AddRange(page.Events);
            after = page.Through;
        }

        EventAssert.Sequences([7, 14, 21, 28, 35, 42, 49, 56], read);
    }

    [Fact]
    public async Task A_full_filtered_page_does_not_claim_to_have_seen_what_follows()
    {
        await AppendAsync(Make.Event("other"), Make.Event("wanted"), Make.Event("other"), Make.Event("wanted"));

        var page = await ReadAsync(0, maxCount: 1, types: "wanted");

        EventAssert.Sequences([2], page.Events);
        Assert.InRange(page.Through, 2, 3);
    }

    [Fact]
    public async Task An_event_is_found_by_its_id_and_by_no_other()
    {
        var sent = Make.Events(3);
        await AppendAsync(sent);

        EventAssert.Same(sent[1], 2, await Log.FindAsync(sent[1].Id, Cancel));
        Assert.Null(await Log.FindAsync(Guid.CreateVersion7(Make.Time), Cancel));
        Assert.Null(await Log.FindAsync(Guid.Empty, Cancel));
    }

    [Fact]
    public async Task Events_are_given_in_the_order_asked_without_those_that_are_not_there()
    {
        var sent = Make.Events(5);
        await AppendAsync(sent);

        var got = await Log.GetAsync([5, 99, 1, 0, 3, -1], Cancel);

        EventAssert.Sequences([5, 1, 3], got);
        EventAssert.Same(sent[4], 5, got[0]);
        Assert.Empty(await Log.GetAsync([], Cancel));
    }

    [Fact]
    public async Task Many_events_are_given_in_one_call()
    {
        await AppendAsync(Make.Events(1500));
        long[] wanted = [.. Enumerable.Range(1, 1500).Select(n => (long)n).Reverse()];

        EventAssert.Sequences(wanted, await Log.GetAsync(wanted, Cancel));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    [InlineData(20, 1)]
    [InlineData(21, 3)]
    [InlineData(30, 3)]
    [InlineData(31, 4)]
    public async Task The_sequence_before_a_time_is_that_before_the_first_event_at_or_after_it(int seconds, long expected)
    {
        await AppendAsync([.. new[] { 10, 20, 20, 30 }.Select(s => Make.Event(createdAt: Make.Time.AddSeconds(s)))]);

        Assert.Equal(expected, await Log.FindSequenceBeforeAsync(Make.Time.AddSeconds(seconds), Cancel));
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(11, 2)]
    public async Task The_first_event_at_or_after_a_time_is_the_first_in_the_log_even_where_clocks_went_back(int seconds, long expected)
    {
        await AppendAsync([.. new[] { 10, 5, 20, 9 }.Select(s => Make.Event(createdAt: Make.Time.AddSeconds(s)))]);

        Assert.Equal(expected, await Log.FindSequenceBeforeAsync(Make.Time.AddSeconds(seconds), Cancel));
    }

    [Fact]
    public async Task The_sequence_before_any_time_of_an_empty_log_is_0() =>
        Assert.Equal(0, await Log.FindSequenceBeforeAsync(Make.Time, Cancel));

    private async Task<EventPage> ReadAsync(long after, int maxCount = int.MaxValue, long maxBytes = long.MaxValue, params string[] types) =>
        await Log.ReadAsync(after, maxCount, maxBytes, types is [] ? null : [.. types.Select(TypePattern.Parse)], Cancel);
}
