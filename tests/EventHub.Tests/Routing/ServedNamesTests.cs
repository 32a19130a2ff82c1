using EventHub.Routing;

namespace EventHub.Tests.Routing;

public sealed class ServedNamesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task That_a_name_was_served_is_kept_with_its_subscriptions_across_a_restart()
    {
        await using var hub = await TestHub.StartAsync("sqlite");
        await SubscribeAsync(hub, "before", "x");
        await SubscribeAsync(hub, "other", "y");
        await hub.Pipeline.Subscriptions.MarkServedAsync("x", Token);
        await SubscribeAsync(hub, "after", "x");
        Assert.Equal((true, true, false), (IsServed(hub, "before"), IsServed(hub, "after"), IsServed(hub, "other")));

        await using var again = await hub.RestartAsync();
        await SubscribeAsync(again, "later", "x");
        Assert.Equal((true, true, false), (IsServed(again, "before"), IsServed(again, "later"), IsServed(again, "other")));
    }

    [Fact]
    public async Task Another_name_begins_anew_and_the_same_one_does_not()
    {
        await using var hub = await TestHub.StartAsync();
        await SubscribeAsync(hub, "s", "x");
        await hub.Pipeline.Subscriptions.MarkServedAsync("x", Token);
        await ChangeAsync(hub, new RpcDestination("x"));
        Assert.True(IsServed(hub, "s"));
        await ChangeAsync(hub, new RpcDestination("z"));
        Assert.False(IsServed(hub, "s"));
    }

    [Fact]
    public async Task Serving_again_changes_nothing()
    {
        await using var hub = await TestHub.StartAsync();
        await SubscribeAsync(hub, "s", "x");
        await hub.Pipeline.Subscriptions.MarkServedAsync("x", Token);
        var version = hub.Pipeline.Subscriptions.Find("s")!.Version;
        await hub.Pipeline.Subscriptions.MarkServedAsync("x", Token);
        Assert.Equal(version, hub.Pipeline.Subscriptions.Find("s")!.Version);
    }

    private static Task<SubscriptionVersion> SubscribeAsync(TestHub hub, string id, string name) =>
        hub.SubscribeAsync(id, "*", s => s with { Destination = new RpcDestination(name) });

    private static async Task ChangeAsync(TestHub hub, Destination destination) =>
        Assert.Empty((await hub.Pipeline.Subscriptions.UpdateAsync("s", s => s with { Destination = destination }, Token)).Errors);

    private static bool IsServed(TestHub hub, string id) => ((RpcDestination)hub.Pipeline.Subscriptions.Find(id)!.Subscription.Destination).IsServed;
}
