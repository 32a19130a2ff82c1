using EventHub.Delivery.Destinations.Handlers;
using EventHub.Hosting;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventHub.Tests.Hosting;

public sealed class AddEventHubTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_published_through_the_host_reaches_a_handler_in_it()
    {
        var handler = new Handler();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddEventHub().AddHandler("mine", handler);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var subscriptions = host.Services.GetRequiredService<SubscriptionService>();
        var (version, _) = await subscriptions.CreateAsync(
            new Subscription { Id = "", Name = "s", Events = ["user.*"], Destination = new HandlerDestination("mine") }, Token);
        var published = await host.Services.GetRequiredService<Publisher>().PublishAsync(new NewEvent { Type = "user.created", Payload = "7"u8.ToArray() }, Token);
        var context = await handler.Handled.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        Assert.Equal((published.Events[0].Id, 1), (context.Event.Id, context.Attempt));
        Assert.True(DispatchId.TryParse(context.DispatchId, out var eventId, out var key, out _));
        Assert.Equal((published.Events[0].Id, version!.Key), (eventId, key));
        var log = host.Services.GetRequiredService<IEventLog>();
        var journal = host.Services.GetRequiredService<DispatchJournal>();
        await Eventually.IsTrueAsync(async () => (await journal.FindAsync(context.DispatchId, Token))?.Dispatch.Status == DispatchStatus.Complete);
        Assert.NotNull(await log.FindAsync(eventId, Token));
        await host.StopAsync(Token);
        Assert.False(host.Services.GetRequiredService<HubPipeline>().IsReady);
    }

    [Fact]
    public void A_broken_option_stops_it_and_every_one_is_named()
    {
        var failed = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddEventHub(new HubOptions { BatchSize = 0, MaxExceptions = 0 }));
        Assert.Equal(["BatchSize", "MaxExceptions"], failed.Failures.Select(f => f.Split(' ')[0]).Order());
    }

    [Fact]
    public async Task A_handler_name_nobody_registered_is_misconfigured_and_a_dead_letter()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddEventHub();
        using var host = builder.Build();
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<SubscriptionService>().CreateAsync(
            new Subscription { Id = "", Name = "s", Events = ["*"], Destination = new HandlerDestination("nobody") }, Token);
        await host.Services.GetRequiredService<Publisher>().PublishAsync(new NewEvent { Type = "a", Payload = "7"u8.ToArray() }, Token);
        var journal = host.Services.GetRequiredService<DispatchJournal>();
        var page = await Eventually.HasAsync(async () => await journal.ListDeadLettersAsync(new DeadLetterFilter(), true, 10, null, Token), p => p.DeadLetters.Count == 1);
        Assert.Equal(DispatchStatus.Misconfigured, page.DeadLetters[0].Dispatch.Status);
        Assert.Contains("'nobody'", page.DeadLetters[0].Reason, StringComparison.Ordinal);
        await host.StopAsync(Token);
    }

    private sealed class Handler : IEventHandler
    {
        public TaskCompletionSource<HandlerContext> Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<HandlerResult> HandleAsync(HandlerContext context, CancellationToken cancellationToken)
        {
            Handled.TrySetResult(context);
            return new(HandlerResult.Complete);
        }
    }
}
