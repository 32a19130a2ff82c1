using System.Text;
using EventHub.Routing;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionJsonTests
{
    private static readonly Subscription s_least = new() { Id = "s", Name = "S", Events = ["*"], Destination = new WebhookDestination { Url = "http://h/" } };

    /// <summary>Any new property too: both sides are written with all there are.</summary>
    [Theory]
    [InlineData("""{"id":"s","name":"S","events":["*"],"destination":{"type":"webhook","url":"http://h/"}}""")]
    [InlineData("""{"delivery":{},"id":"s","name":"S","events":["*"],"destination":{"url":"http://h/","type":"webhook"}}""")]
    [InlineData("""{"delivery":{"retry":{}},"id":"s","name":"S","events":["*"],"destination":{"url":"http://h/","type":"webhook"}}""")]
    public void What_is_missing_in_a_stored_document_has_its_default(string document)
    {
        var read = Subscription.FromStoredJson(Encoding.UTF8.GetBytes(document));

        Assert.Equal(Encoding.UTF8.GetString(s_least.ToStoredJson()), Encoding.UTF8.GetString(read.ToStoredJson()));
        Assert.Equal((10, 64, 1, 3, true), ((int)read.Delivery.Timeout.TotalSeconds, read.Delivery.Concurrency, read.Delivery.Partitions, read.Delivery.Retry.Limit, read.Active));
        Assert.Empty(SubscriptionValidator.Validate(read));
    }

    [Fact]
    public void Of_the_ways_to_wait_the_stored_one_is_read_and_no_other()
    {
        var constant = s_least with { Delivery = new DeliverySettings { Retry = new RetrySettings { Schedule = null, Constant = TimeSpan.FromSeconds(1) } } };
        var growing = s_least with
        {
            Delivery = new DeliverySettings { Retry = new RetrySettings { Schedule = null, Exponential = new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), 2, Jitter.Full) } },
        };

        Assert.Equal(constant.Delivery, Subscription.FromStoredJson(constant.ToStoredJson()).Delivery);
        Assert.Equal(growing.Delivery, Subscription.FromStoredJson(growing.ToStoredJson()).Delivery);
    }
}
