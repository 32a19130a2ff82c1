using System.Net;
using System.Text;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>Makes the clients and requests of these tests.</summary>
internal static class Webhooks
{
    public static readonly Guid EventId = Guid.Parse("0199b3a0-0000-7000-8000-00000000002a");

    public static readonly DateTimeOffset CreatedAt = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    /// <summary>What must not come about is given less time by the test.</summary>
    public static WebhookNetworkOptions Loopback { get; } = new() { AllowPrivate = true, ConnectTimeout = TimeSpan.FromMinutes(2) };

    public static WebhookClient Client(
        WebhookNetworkOptions? network = null, ISecretProtector? secrets = null, TimeProvider? time = null, Func<string, Task<IPAddress[]>>? lookup = null) =>
        new(network ?? Loopback, secrets, new Random(1), time ?? TimeProvider.System, lookup ?? (name => Dns.GetHostAddressesAsync(name)));

    public static Event Event(string payload = """{"b":1.0,"a":[9007199254740993,"😀"]}""") => new Event
    {
        Id = EventId, Type = "user.created", Source = "auth-service", Subject = "user-123", Payload = Encoding.UTF8.GetBytes(payload),
        OrganizationId = "org-456", UserId = "user-123", CreatedAt = CreatedAt,
    }.At(42);

    public static WebhookDestination To(string url, WebhookFormat format = WebhookFormat.Envelope) => new() { Url = url, Format = format };

    public static DeliveryRequest Request(string url, Event? source = null) => Request(To(url), source);

    public static DeliveryRequest Request(Destination destination, Event? source = null, int attempt = 1)
    {
        var subscription = new Subscription { Id = "s", Name = "s", Events = ["*"], Destination = destination };
        source ??= Event();
        return new DeliveryRequest(source, subscription, DispatchId.Format(source.Id, new DispatchKey(source.Sequence, 7, 0)), attempt);
    }

    /// <summary>One attempt with a client of its own.</summary>
    public static Task<AttemptOutcome> SendAsync(string url, WebhookNetworkOptions? network = null) => SendAsync(Request(url), network);

    public static async Task<AttemptOutcome> SendAsync(DeliveryRequest request, WebhookNetworkOptions? network = null)
    {
        using var client = Client(network);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
