using System.Text.Json;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Hosting;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventHub.Server.Tests.Http;

/// <summary>
/// A hub for tests of what became of events. Unless told to it does not deliver: tests settle dispatches themselves, so that nothing has to be waited for.
/// </summary>
internal sealed class ManagementHub(HubHost host) : IAsyncDisposable
{
    public HttpClient Client => host.Client;

    public IServiceProvider Services => host.Services;

    public static CancellationToken Cancellation => HubHost.Token;

    private IHubStore Store => Services.GetRequiredService<IHubStore>();

    public static async Task<ManagementHub> StartAsync(HubRoles roles = HubRoles.Api) => new(await HubHost.StartAsync(
        new HubOptions { Roles = roles, WebhookTimeout = TimeSpan.FromSeconds(7) },
        services: services => services.AddSingleton(new WebhookNetworkOptions { AllowPrivate = true })));

    /// <summary>Sends a request and reads the JSON of its answer.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(string method, string path, string? json = null)
    {
        var answer = await host.SendAsync(new HttpMethod(method), path, json is null ? null : HubHost.Body(json, "application/json"));
        Assert.StartsWith(answer.Status >= 400 ? "application/problem+json" : "application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        return (answer.Status, answer.Json);
    }

    /// <summary>Creates a subscription to a handler that takes every event, and returns its id.</summary>
    public async Task<string> SubscribeAsync(string name = "all")
    {
        var (status, body) = await SendAsync("POST", "/subscriptions", $$"""{"destination":{"type":"handler","name":"a"},"name":"{{name}}","events":["*"]}""");
        Assert.Equal(201, status);
        return body.Text("id");
    }

    /// <summary>Publishes an event and returns its id.</summary>
    public async Task<string> PublishAsync(string type = "a.b", string payload = "1")
    {
        var (status, body) = await SendAsync("POST", "/events", $$"""{"payload":{{payload}},"type":"{{type}}"}""");
        Assert.Equal(202, status);
        return body.Text("event_id");
    }

    /// <summary>Gives a dispatch of the main track its result, as a worker would.</summary>
    public async Task SettleAsync(int subscriptionKey, long sequence, DispatchStatus status, DateTimeOffset resultedAt)
    {
        var leases = await Store.Dispatches.AcquireLeasesAsync("test", TimeSpan.FromHours(1), 100, Cancellation);
        var isDead = status is not (DispatchStatus.Complete or DispatchStatus.Ignored);
        var result = new DispatchResult
        {
            Key = new DispatchKey(sequence, subscriptionKey, 0),
            Status = status,
            Attempts = 1,
            ResultedAt = resultedAt,
            Duration = TimeSpan.FromMilliseconds(12),
            HttpStatus = isDead ? 400 : 200,
            ResponseBody = isDead ? "no such user" : null,
            Error = isDead ? "HTTP 400" : null,
            IsDeadLetter = isDead,
        };
        var token = leases.Single(l => l.SubscriptionKey == subscriptionKey).Token;
        Assert.True(await Store.Dispatches.SettleAsync(new Settlement { SubscriptionKey = subscriptionKey, LeaseToken = token, Results = [result] }, Cancellation));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
