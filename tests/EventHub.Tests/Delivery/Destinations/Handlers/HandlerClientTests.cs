using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Handlers;
using EventHub.Routing;
using EventHub.Tests.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Handlers;

public sealed class HandlerClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HandlerResult.Complete, AttemptKind.Complete)]
    [InlineData(HandlerResult.Ignored, AttemptKind.Ignored)]
    [InlineData((HandlerResult)99, AttemptKind.Failed)]
    public async Task What_a_handler_returns_is_the_outcome(HandlerResult result, AttemptKind kind)
    {
        HandlerContext? seen = null;
        var request = Request("h", attempt: 2);
        var outcome = await Client(context =>
        {
            seen = context;
            return result;
        }).SendAsync(request, Token);
        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(new HandlerContext(request.Event, request.DispatchId, 2), seen);
    }

    [Fact]
    public async Task A_handler_that_throws_has_failed()
    {
        var outcome = await Client(_ => throw new InvalidOperationException("no disk")).SendAsync(Request("h"), Token);
        Assert.Equal(new AttemptOutcome(AttemptKind.Failed, Error: "System.InvalidOperationException: no disk"), outcome);
    }

    [Fact]
    public async Task A_cancellation_of_its_own_is_a_failure_too()
    {
        var outcome = await Client(_ => throw new OperationCanceledException()).SendAsync(Request("h"), Token);
        Assert.Equal(AttemptKind.Failed, outcome.Kind);
    }

    [Fact]
    public async Task The_callers_cancellation_is_passed_on()
    {
        using var cancelled = new CancellationTokenSource();
        var client = Client(_ =>
        {
            cancelled.Cancel();
            throw new OperationCanceledException(cancelled.Token);
        });
        await Assert.ThrowsAsync<OperationCanceledException>(() => client.SendAsync(Request("h"), cancelled.Token).AsTask());
    }

    [Theory]
    [InlineData("other")]
    [InlineData("H")]
    public async Task A_name_nobody_registered_is_misconfigured(string name)
    {
        var outcome = await Client(_ => HandlerResult.Complete).SendAsync(Request(name), Token);
        Assert.Equal(AttemptKind.Misconfigured, outcome.Kind);
        Assert.Contains($"'{name}'", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique()
    {
        var handler = new Handler(_ => HandlerResult.Complete);
        Assert.Throws<ArgumentException>(() => new HandlerRegistry([new("h", handler), new("h", handler)]));
        Assert.Throws<ArgumentException>(() => new HandlerRegistry([new("", handler)]));
    }

    private static HandlerClient Client(Func<HandlerContext, HandlerResult> handle) => new(new HandlerRegistry([new("h", new Handler(handle))]));

    private static DeliveryRequest Request(string name, int attempt = 1) => Webhooks.Request(new HandlerDestination(name), attempt: attempt);

    private sealed class Handler(Func<HandlerContext, HandlerResult> handle) : IEventHandler
    {
        public ValueTask<HandlerResult> HandleAsync(HandlerContext context, CancellationToken cancellationToken) => new(handle(context));
    }
}
