using System.Text;
using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Tests;

/// <summary>A hub in this process with a destination that does what a test says.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private TestHub(HubPipeline pipeline, RecordingDestination destination, IHubStore store)
    {
        Pipeline = pipeline;
        Destination = destination;
        Store = store;
    }

    public HubPipeline Pipeline { get; }

    public RecordingDestination Destination { get; }

    public IHubStore Store { get; }

    public static async Task<TestHub> StartAsync(HubOptions? options = null, TimeProvider? time = null, IHubStore? store = null)
    {
        time ??= TimeProvider.System;
        store ??= new MemoryStore(time, new Random(1));
        var destination = new RecordingDestination();
        var pipeline = new HubPipeline(store, options ?? new HubOptions(), [destination], new HubMetrics(), time, Random.Shared, NullLogger<HubPipeline>.Instance);
        await pipeline.StartAsync(TestContext.Current.CancellationToken);
        return new TestHub(pipeline, destination, store);
    }

    public async Task<SubscriptionVersion> SubscribeAsync(string name, string pattern, Func<Subscription, Subscription>? change = null)
    {
        var subscription = new Subscription { Id = "", Name = name, Events = [pattern], Destination = new HandlerDestination(name) };
        var (version, errors) = await Pipeline.Subscriptions.CreateAsync(change?.Invoke(subscription) ?? subscription, TestContext.Current.CancellationToken);
        Assert.Empty(errors);
        return version!;
    }

    public async Task<AppendedEvent> PublishAsync(string type, string payload, Func<NewEvent, NewEvent>? change = null)
    {
        var item = new NewEvent { Type = type, Payload = Encoding.UTF8.GetBytes(payload) };
        var result = await Pipeline.Publisher.PublishAsync(change?.Invoke(item) ?? item, TestContext.Current.CancellationToken);
        Assert.Equal(PublishStatus.Accepted, result.Status);
        return result.Events[0];
    }

    public async ValueTask DisposeAsync() => await Pipeline.StopAsync(CancellationToken.None);
}
