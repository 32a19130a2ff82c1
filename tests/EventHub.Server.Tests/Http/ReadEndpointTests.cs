using System.Text.Json;
using EventHub.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class ReadEndpointTests
{
    [Theory]
    [InlineData("", "7,6,5|4,3,2|1")]
    [InlineData("&order=desc", "7,6,5|4,3,2|1")]
    [InlineData("&order=asc", "1,2,3|4,5,6|7")]
    [InlineData("&type=a.*", "7,5,3|1")]
    [InlineData("&type=b.x&type=zzz,c.**", "6,4,2")]
    public async Task Pages_follow_each_other_to_the_end(string filter, string expected)
    {
        await using var hub = await HubHost.StartAsync();
        for (var i = 1; i <= 7; i++) await hub.PostAsync("/events", $$"""{"type":"{{(i % 2 == 1 ? "a.x" : "b.x")}}","payload":{{i}}}""");
        var pages = new List<string>();
        var cursor = "";
        do
        {
            var page = await hub.GetAsync($"/events?limit=3{filter}{cursor}");
            var events = page.Json.GetProperty("events").EnumerateArray().ToList();
            Assert.Equal(events.Count, page.Json.GetProperty("count").GetInt32());
            pages.Add(string.Join(",", events.Select(e => e.GetProperty("sequence"))));
            cursor = page.Json.GetProperty("next_cursor") is { ValueKind: JsonValueKind.String } next ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(expected, string.Join("|", pages));
    }

    [Theory]
    [InlineData("source=s1", "1")]
    [InlineData("organization_id=o2", "2")]
    [InlineData("user_id=u3", "3")]
    [InlineData("source=s1&organization_id=o2", "")]
    [InlineData("since=2001-01-01T00:00:00Z", "3,2,1")]
    [InlineData("until=2001-01-01T00:00:00Z", "")]
    public async Task Filters_hold_together(string filter, string expected)
    {
        await using var hub = await HubHost.StartAsync();
        for (var i = 1; i <= 3; i++)
            await hub.PostAsync("/events", $$"""{"type":"a","payload":1,"source":"s{{i}}","organization_id":"o{{i}}","user_id":"u{{i}}"}""");
        var page = await hub.GetAsync($"/events?{filter}");
        Assert.Equal(expected, string.Join(",", page.Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence"))));
    }

    [Fact]
    public async Task A_page_of_large_events_ends_early_and_its_cursor_goes_on()
    {
        await using var hub = await HubHost.StartAsync();
        var large = new string('x', 1_000_000);
        for (var i = 0; i < 18; i++) await hub.PostAsync("/events", $$"""{"type":"a","payload":"{{large}}"}""");
        var first = await hub.GetAsync("/events?order=asc&limit=1000");
        Assert.Equal(17, first.Json.GetProperty("count").GetInt32());
        var second = await hub.GetAsync($"/events?limit=1000&cursor={first.Text("next_cursor")}");
        Assert.Equal((18, JsonValueKind.Null), (second.Json.GetProperty("events")[0].GetProperty("sequence").GetInt32(), second.Json.GetProperty("next_cursor").ValueKind));
    }

    [Fact]
    public async Task An_event_shows_its_dispatches_and_who_was_skipped()
    {
        await using var hub = await HubHost.StartAsync();
        var subscriptions = hub.Services.GetRequiredService<SubscriptionService>();
        foreach (var (name, active) in new[] { ("nobody", true), ("asleep", false) })
        {
            var subscription = new Subscription { Id = "", Name = name, Events = ["a"], Destination = new HandlerDestination(name), Active = active };
            var (_, errors) = await subscriptions.CreateAsync(subscription, HubHost.Token);
            Assert.Empty(errors);
        }

        var published = await hub.PostAsync("/events", """{"type":"a","payload":1}""");
        var found = await hub.GetAsync(published.Header("Location"));
        Assert.Equal(["event", "dispatches", "skipped"], found.Json.EnumerateObject().Select(p => p.Name));
        var dispatch = Assert.Single(found.Json.GetProperty("dispatches").EnumerateArray());
        Assert.Equal(("nobody", published.Text("event_id")), (dispatch.GetProperty("subscription").GetString(), dispatch.GetProperty("event_id").GetString()));
        Assert.Equal("asleep", Assert.Single(found.Json.GetProperty("skipped").EnumerateArray()).GetProperty("subscription").GetString());
    }

    [Fact]
    public async Task An_event_that_is_not_there_is_404()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.GetAsync("/events/01990000-0000-7000-8000-000000000001");
        Assert.Equal((404, "Event not found"), (answer.Status, answer.Text("error")));
        Assert.Empty(answer.ErrorFields());
    }

    [Fact]
    public async Task No_events_are_an_empty_page()
    {
        await using var hub = await HubHost.StartAsync();
        Assert.Equal("""{"events":[],"count":0,"next_cursor":null}""", (await hub.GetAsync("/events")).Body);
    }
}
