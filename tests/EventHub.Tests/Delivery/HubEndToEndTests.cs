
namespace EventHub.Tests.Delivery;

/// <summary>The engine from Publisher to Journal over the memory store, in real time.</summary>
public sealed class HubEndToEndTests
{
    [Fact]
    public async Task An_event_reaches_every_subscription_that_matches()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.SubscribeAsync("exact", "user.created");
        await hub.SubscribeAsync("pattern", "user.*");
        await hub.SubscribeAsync("all", "*");
        await hub.SubscribeAsync("none", "order.*");
        for (var i = 0; i < 1000; i++) await hub.PublishAsync("user.created", $"{{\"n\":{i}}}");
        await hub.Destination.WaitForAsync(3000);
        Assert.Equal(1000, hub.Destination.CountFor("exact"));
        Assert.Equal(1000, hub.Destination.CountFor("pattern"));
        Assert.Equal(1000, hub.Destination.CountFor("all"));
        Assert.Equal(0, hub.Destination.CountFor("none"));
    }
}
