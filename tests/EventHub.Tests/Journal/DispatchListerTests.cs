using EventHub.Delivery.Destinations;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Journal;

/// <summary>Lists of dispatches: of those that have a row and those that have none, in one order.</summary>
public sealed class DispatchListerTests
{
    private const int Events = 150;

    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Pages_of_any_size_in_both_directions_hold_every_dispatch_once_in_order(string store)
    {
        await using var hub = await MixedAsync(store);
        foreach (var descending in new[] { false, true })
        {
            // Every subscription takes every event; some ended, some retry, some wait.
            var all = await ListAsync(hub, new DispatchListRequest { Descending = descending, Limit = 1000 });
            Assert.Equal(3 * Events, all.Count);
            Assert.Equal(3, all.Select(d => d.State ?? "ended").Distinct().Count());
            var keys = all.Select(d => (d.Sequence, d.SubscriptionId)).ToList();
            Assert.Equal(descending ? keys.OrderDescending() : keys.Order(), keys);
            foreach (var limit in new[] { 1, 7, 64, 100 })
                Assert.Equal(all.Select(d => d.Id), (await ListAsync(hub, new DispatchListRequest { Descending = descending, Limit = limit })).Select(d => d.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Filters_hold_on_every_page(string store)
    {
        await using var hub = await MixedAsync(store);
        var all = await ListAsync(hub, new DispatchListRequest { Limit = 1000 });
        foreach (var descending in new[] { false, true })
        {
            foreach (var status in new[] { DispatchStatus.Ongoing, DispatchStatus.Complete, DispatchStatus.Lost })
            {
                foreach (var subscription in new[] { null, "s1", "s2", "s3" })
                {
                    var expected = all.Where(d => d.Status == status && (subscription is null || d.SubscriptionId == subscription)).Select(d => d.Id).ToList();
                    if (!descending) expected.Reverse();
                    var request = new DispatchListRequest { Descending = descending, Limit = 17, Status = status, SubscriptionId = subscription };
                    Assert.Equal(expected, (await ListAsync(hub, request)).Select(d => d.Id));
                }
            }
        }
    }

    [Fact]
    public async Task The_dispatches_of_one_event_come_in_pages_too()
    {
        await using var hub = await MixedAsync("memory");
        var item = (await hub.Store.Log.GetAsync([Events], Token))[0];
        foreach (var descending in new[] { false, true })
        {
            var all = await ListAsync(hub, new DispatchListRequest { EventId = item.Id, Descending = descending, Limit = 2 });
            Assert.Equal(descending ? ["s3", "s2", "s1"] : ["s1", "s2", "s3"], all.Select(d => d.SubscriptionId));
        }
    }

    [Fact]
    public async Task What_is_unknown_has_an_empty_list()
    {
        await using var hub = await TestHub.StartAsync();
        Assert.Empty(await ListAsync(hub, new DispatchListRequest()));
        await hub.PublishAsync("a");
        Assert.Empty(await ListAsync(hub, new DispatchListRequest()));
        Assert.Empty(await ListAsync(hub, new DispatchListRequest { SubscriptionId = "nobody" }));
        Assert.Empty(await ListAsync(hub, new DispatchListRequest { EventId = Guid.NewGuid() }));
    }

    [Fact]
    public async Task A_list_made_while_dispatches_end_leaves_none_out()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.SubscribeAsync("s1", "*");
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 20; i++) await hub.PublishAsync("a");
            var listed = await ListAsync(hub, new DispatchListRequest { Limit = 33 });
            Assert.Equal(Enumerable.Range(1, (round + 1) * 20).Select(n => (long)n).Reverse(), listed.Select(d => d.Sequence).Distinct());
        }
    }

    /// <summary>s1 has all behind it, s2 has failures among what it delivered and waits from the middle on, s3 has begun nothing.</summary>
    private static async Task<TestHub> MixedAsync(string store)
    {
        var hub = await TestHub.StartAsync(store);
        hub.Destination.Answer = (request, _) =>
            new(new AttemptOutcome(request.Subscription.Id == "s2" && request.Event.Sequence % 5 == 0 ? AttemptKind.Failed : AttemptKind.Complete));
        await hub.SubscribeAsync("s1", "*");
        await hub.SubscribeAsync("s2", "*", s => s with { Delivery = s.Delivery with { Retry = new RetrySettings { Schedule = null, Constant = TimeSpan.FromHours(1) } } });
        await hub.SubscribeAsync("s3", "*", s => s with { Paused = true });
        for (var i = 0; i < Events / 2; i++) await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(Events);
        await hub.ChangeAsync("s2", s => s with { Paused = true });
        for (var i = 0; i < Events / 2; i++) await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(Events * 3 / 2);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token)) is [{ Floor: Events }, { Floor: Events / 2, Exceptions: Events / 10 }, _]);
        return hub;
    }

    private static async Task<List<DispatchInfo>> ListAsync(TestHub hub, DispatchListRequest request)
    {
        var all = new List<DispatchInfo>();
        while (true)
        {
            var page = await hub.Pipeline.Journal.ListAsync(request, Token);
            Assert.InRange(page.Dispatches.Count, 0, request.Limit);
            all.AddRange(page.Dispatches);
            if (page.NextCursor is null) return all;
            Assert.True(DispatchCursor.TryParse(page.NextCursor, out var cursor));
            request = request with { Cursor = cursor };
        }
    }
}
