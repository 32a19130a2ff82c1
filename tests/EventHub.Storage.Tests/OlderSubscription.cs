using EventHub.Routing;

namespace EventHub.Storage.Tests;

/// <summary>A subscription as a version might have stored it that knew less of them.</summary>
internal static class OlderSubscription
{
    public const string Document = """{"destination":{"url":"http://h/","type":"webhook"},"delivery":{"retry":{}},"id":"s","name":"s","events":["*"]}""";

    /// <summary>All that is missing has its default.</summary>
    public static void AssertRead(Subscription read)
    {
        Assert.Equal(new DeliverySettings() with { Retry = read.Delivery.Retry }, read.Delivery);
        Assert.Equal((3, "5 30 300"), (read.Delivery.Retry.Limit, string.Join(' ', read.Delivery.Retry.Schedule!.Select(wait => wait.TotalSeconds))));
        Assert.True(read.Active);
        Assert.Empty(SubscriptionValidator.Validate(read));
    }
}
