using EventHub.Delivery.Destinations.Handlers;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventHub.Benchmarks.Suites;

/// <summary>A hub inside this process, with nothing around it.</summary>
internal sealed class InProcessHub : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly HubPipeline _pipeline;

    private InProcessHub(ServiceProvider services, HubPipeline pipeline) => (_services, _pipeline) = (services, pipeline);

    public Publisher Publisher => _pipeline.Publisher;

    /// <param name="directory">Of its SQLite database; <c>null</c> for the memory store.</param>
    /// <param name="handler">Called as the destination <c>bench</c>.</param>
    public static async Task<InProcessHub> StartAsync(string? directory, IEventHandler? handler = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        var builder = services.AddEventHub(new HubOptions());
        if (directory is not null) builder.AddSqliteStore(new SqliteOptions { DataDirectory = directory });
        if (handler is not null) builder.AddHandler("bench", handler);
        var provider = services.BuildServiceProvider();
        var pipeline = provider.GetRequiredService<HubPipeline>();
        await pipeline.StartAsync(CancellationToken.None);
        return new InProcessHub(provider, pipeline);
    }

    public async Task SubscribeAsync(string pattern, string handler = "bench", int concurrency = 64)
    {
        var subscription = new Subscription
        {
            Id = "", Name = pattern, Events = [pattern], Destination = new HandlerDestination(handler), Delivery = new DeliverySettings { Concurrency = concurrency },
        };
        var (version, errors) = await _pipeline.Subscriptions.CreateAsync(subscription, CancellationToken.None);
        if (version is null) throw new InvalidOperationException(string.Join("; ", errors));
    }

    /// <summary>Publishes, and fails when it is not taken.</summary>
    public async ValueTask PublishAsync(NewEvent item)
    {
        var result = await Publisher.PublishAsync(item, CancellationToken.None);
        if (result.Status != PublishStatus.Accepted) throw new InvalidOperationException($"{result.Status}: {result.Error}");
    }

    public async ValueTask PublishBatchAsync(IReadOnlyList<NewEvent> items)
    {
        var result = await Publisher.PublishBatchAsync(items, null, CancellationToken.None);
        if (result.Status != PublishStatus.Accepted) throw new InvalidOperationException($"{result.Status}: {result.Error}");
    }

    public static NewEvent NewEvent(string type = "bench.order.created", long sentAt = 0) => new()
    {
        Type = type, Source = "bench", OrganizationId = "org-0001", UserId = "user-0001", Payload = PayloadOf(sentAt), IsTrustedJson = true,
    };

    public async ValueTask DisposeAsync()
    {
        await _pipeline.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private static byte[] PayloadOf(long sentAt)
    {
        var payload = s_payload.ToArray();
        Load.EventBody.WriteSentAt(payload.AsSpan(Load.EventBody.SentAtOffset(payload)), sentAt);
        return payload;
    }

    private static readonly byte[] s_payload = System.Text.Encoding.UTF8.GetBytes(Load.EventBody.Payload);
}
