using EventHub.Events;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Event queries: filters, directions, cursors; held against a model.</summary>
public abstract class QueryTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    private static readonly string[] s_types = ["user.created", "order.created", "user.profile.changed"];
    private static readonly EventQuery s_everything = new() { Limit = 1000 };

    // Periods without common factor, so that all combinations of values occur.
    private readonly Event[] _events = [.. Enumerable.Range(0, 120).Select(n => Make.Event(
        s_types[n % 3], createdAt: Make.Time.AddSeconds(n * 7 % 50), source: n % 2 == 0 ? "api" : "Api",
        organizationId: (n % 5) switch { 0 => null, 1 => "", _ => $"org-{n % 5}" }, userId: n % 7 < 3 ? null : $"user-{n % 7}"))];

    [Fact]
    public async Task Without_filters_a_query_gives_the_log()
    {
        await AppendAsync(_events);

        var found = await Log.QueryAsync(s_everything, Cancel);

        EventAssert.Sequences(Enumerable.Range(1, 120).Select(n => (long)n), found);
        EventAssert.Same(_events[0], 1, found[0]);
    }

    [Fact]
    public async Task Newest_first_is_the_reverse()
    {
        await AppendAsync(_events);

        EventAssert.Sequences([120, 119, 118], await Log.QueryAsync(new EventQuery { Descending = true, Limit = 3 }, Cancel));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("pattern")]
    [InlineData("tail pattern")]
    [InlineData("types")]
    [InlineData("source")]
    [InlineData("organization")]
    [InlineData("empty organization")]
    [InlineData("user")]
    [InlineData("since")]
    [InlineData("until")]
    [InlineData("since and until")]
    public async Task A_filter_by_itself_gives_what_matches_and_no_more(string filter)
    {
        await AppendAsync(_events);
        var query = filter switch
        {
            "type" => s_everything with { Types = [TypePattern.Parse("order.created")] },
            "pattern" => s_everything with { Types = [TypePattern.Parse("*.created")] },
            "tail pattern" => s_everything with { Types = [TypePattern.Parse("user.**")] },
            "types" => s_everything with { Types = [TypePattern.Parse("order.created"), TypePattern.Parse("*.*.changed")] },
            "source" => s_everything with { Source = "api" },
            "organization" => s_everything with { OrganizationId = "org-3" },
            "empty organization" => s_everything with { OrganizationId = "" },
            "user" => s_everything with { UserId = "user-5" },
            "since" => s_everything with { Since = Make.Time.AddSeconds(21) },
            "until" => s_everything with { Until = Make.Time.AddSeconds(21) },
            _ => s_everything with { Since = Make.Time.AddSeconds(14), Until = Make.Time.AddSeconds(21) },
        };
        var expected = Model(query);
        Assert.InRange(expected.Length, 1, 119);

        EventAssert.Sequences(expected, await Log.QueryAsync(query, Cancel));
    }

    [Fact]
    public async Task Since_takes_its_own_time_in_and_until_leaves_it_out()
    {
        await AppendAsync([.. Enumerable.Range(0, 4).Select(n => Make.Event(createdAt: Make.Time.AddMilliseconds(n)))]);

        var found = await Log.QueryAsync(s_everything with { Since = Make.Time.AddMilliseconds(1), Until = Make.Time.AddMilliseconds(3) }, Cancel);

        EventAssert.Sequences([2, 3], found);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_in_every_combination_give_what_matches_all_of_them(bool descending)
    {
        await AppendAsync(_events);
        for (var set = 0; set < 64; set++)
        {
            var query = s_everything with
            {
                Types = (set & 1) == 0 ? null : [TypePattern.Parse("user.**"), TypePattern.Parse("order.created")],
                Source = (set & 2) == 0 ? null : "api",
                OrganizationId = (set & 4) == 0 ? null : "org-2",
                UserId = (set & 8) == 0 ? null : "user-4",
                Since = (set & 16) == 0 ? null : Make.Time.AddSeconds(5),
                Until = (set & 32) == 0 ? null : Make.Time.AddSeconds(45),
                Descending = descending,
            };

            EventAssert.Sequences(Model(query), await Log.QueryAsync(query, Cancel));
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 7)]
    [InlineData(true, 7)]
    public async Task Paging_by_cursor_covers_every_match_once(bool descending, int limit)
    {
        await AppendAsync(_events);
        var query = new EventQuery { Types = [TypePattern.Parse("user.*")], Source = "api", Descending = descending, Limit = limit };
        var found = new List<Event>();

        for (var page = await Log.QueryAsync(query, Cancel); page.Count > 0; page = await Log.QueryAsync(query, Cancel))
        {
            Assert.InRange(page.Count, 1, limit);
            Assert.DoesNotContain(page[0].Sequence, found.Select(e => e.Sequence));
            found.AddRange(page);
            query = query with { Cursor = page[^1].Sequence };
        }

        EventAssert.Sequences(Model(query with { Cursor = null }), found);
    }

    [Fact]
    public async Task A_cursor_at_or_past_the_end_gives_nothing()
    {
        await AppendAsync(_events);

        Assert.Empty(await Log.QueryAsync(s_everything with { Cursor = 120 }, Cancel));
        Assert.Empty(await Log.QueryAsync(s_everything with { Cursor = long.MaxValue }, Cancel));
        Assert.Empty(await Log.QueryAsync(s_everything with { Cursor = 1, Descending = true }, Cancel));
        EventAssert.Sequences([120], await Log.QueryAsync(new EventQuery { Cursor = 1000, Descending = true, Limit = 1 }, Cancel));
    }

    [Fact]
    public async Task A_filter_nothing_matches_gives_nothing()
    {
        await AppendAsync(_events);

        Assert.Empty(await Log.QueryAsync(s_everything with { UserId = "USER-5" }, Cancel));
        Assert.Empty(await Log.QueryAsync(s_everything with { Source = "%" }, Cancel));
        Assert.Empty(await Log.QueryAsync(s_everything with { Since = Make.Time.AddYears(1) }, Cancel));
    }

    private IEnumerable<long> ModelSequences(EventQuery query) => _events.Index().Where(place =>
        (query.Types is null || query.Types.Any(pattern => pattern.Matches(place.Item.Type)))
        && (query.Source is null || place.Item.Source == query.Source)
        && (query.OrganizationId is null || place.Item.OrganizationId == query.OrganizationId)
        && (query.UserId is null || place.Item.UserId == query.UserId)
        && (query.Since is null || place.Item.CreatedAt >= query.Since)
        && (query.Until is null || place.Item.CreatedAt < query.Until)).Select(place => (long)place.Index + 1);

    private long[] Model(EventQuery query) => [.. query.Descending ? ModelSequences(query).Reverse() : ModelSequences(query)];
}
