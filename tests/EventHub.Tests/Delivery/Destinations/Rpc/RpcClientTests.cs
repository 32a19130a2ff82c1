using System.Text;
using System.Text.Json;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Rpc;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Delivery.Destinations.Rpc;

public sealed class RpcClientTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RpcHandlers _handlers;
    private readonly RpcClient _client;

    public RpcClientTests()
    {
        _handlers = new RpcHandlers(_time);
        _client = new RpcClient(_handlers);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_nobody_ever_served_is_misconfigured()
    {
        _handlers.Add("other", new FakeConnection());
        var outcome = await _client.SendAsync(Request(isServed: false), Token);
        Assert.Equal(new AttemptOutcome(AttemptKind.Misconfigured, Error: "no client has ever called Serve(\"x\")"), outcome);
    }

    [Fact]
    public async Task One_that_was_served_is_waited_for_half_the_attempts_time()
    {
        var attempt = _client.SendAsync(Request(), Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(attempt.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new AttemptOutcome(AttemptKind.NetworkError, Error: "no client that serves 'x' was connected within 5000 ms"), await attempt);
    }

    [Fact]
    public async Task A_client_that_comes_in_time_gets_the_event()
    {
        var attempts = Enumerable.Range(0, 3).Select(_ => _client.SendAsync(Request(), Token).AsTask()).ToList();
        _time.Advance(TimeSpan.FromSeconds(4));
        _handlers.Add("y", new FakeConnection());
        Assert.DoesNotContain(attempts, a => a.IsCompleted);
        _handlers.Add("x", new FakeConnection());
        Assert.All(await Task.WhenAll(attempts), outcome => Assert.Equal(AttemptKind.Complete, outcome.Kind));
    }

    [Fact]
    public async Task Who_stops_waiting_is_told_so_and_no_attempt_has_failed()
    {
        using var stopped = new CancellationTokenSource();
        var attempt = _client.SendAsync(Request(), stopped.Token).AsTask();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task A_lost_connection_and_a_handler_that_throws_are_told_apart()
    {
        var connection = new FakeConnection { Answer = static () => throw new IOException("reset") };
        _handlers.Add("x", connection);
        Assert.Equal(AttemptKind.NetworkError, (await _client.SendAsync(Request(), Token)).Kind);
        connection.Answer = static () => throw new RpcHandlerException("no disk");
        Assert.Equal(new AttemptOutcome(AttemptKind.Failed, Error: "no disk"), await _client.SendAsync(Request(), Token));
    }

    [Fact]
    public async Task A_client_that_is_gone_before_it_got_the_event_costs_nothing()
    {
        _handlers.Add("x", new FakeConnection { Answer = static () => new ValueTask<string?>((string?)null) });
        var attempt = _client.SendAsync(Request(), Token).AsTask();
        Assert.False(_handlers.Has("x"));
        Assert.False(attempt.IsCompleted);
        _handlers.Add("x", new FakeConnection());
        Assert.Equal(AttemptKind.Complete, (await attempt).Kind);
    }

    [Fact]
    public async Task A_long_answer_that_is_none_is_cut()
    {
        _handlers.Add("x", new FakeConnection { Answer = static () => new ValueTask<string?>(new string('a', 10_000)) });
        var outcome = await _client.SendAsync(Request(), Token);
        Assert.Equal(AttemptKind.Failed, outcome.Kind);
        Assert.InRange(outcome.Error!.Length, 200, 300);
    }

    [Fact]
    public async Task A_client_that_left_is_not_called()
    {
        var (gone, there) = (new FakeConnection(), new FakeConnection());
        _handlers.Add("x", gone);
        _handlers.Add("y", gone);
        _handlers.Add("x", there);
        _handlers.Remove(gone);
        for (var i = 0; i < 5; i++) await _client.SendAsync(Request(), Token);
        Assert.Equal((0, 5, true, false), (gone.Calls.Count, there.Calls.Count, _handlers.Has("x"), _handlers.Has("y")));
    }

    [Fact]
    public async Task The_one_with_the_fewest_in_hand_gets_the_next_whatever_its_names()
    {
        var hold = new TaskCompletionSource<string?>();
        var (busy, idle) = (new FakeConnection { Answer = () => new ValueTask<string?>(hold.Task) }, new FakeConnection());
        _handlers.Add("x", busy);
        _handlers.Add("y", busy);
        _handlers.Add("y", idle);
        var held = _client.SendAsync(Request("x"), Token).AsTask();
        for (var i = 0; i < 4; i++) await _client.SendAsync(Request("y"), Token);
        Assert.Equal((1, 4), (busy.Calls.Count, idle.Calls.Count));
        hold.SetResult("complete");
        Assert.Equal(AttemptKind.Complete, (await held).Kind);
        for (var i = 0; i < 4; i++) await _client.SendAsync(Request("y"), Token);
        Assert.Equal((3, 6), (busy.Calls.Count, idle.Calls.Count));
    }

    [Fact]
    public async Task The_event_says_which_dispatch_it_is()
    {
        var connection = new FakeConnection();
        _handlers.Add("x", connection);
        var request = Request();
        await _client.SendAsync(request, Token);
        var json = JsonElement.Parse(connection.Calls[0]);
        var item = Encoding.UTF8.GetString(connection.Calls[0]);
        Assert.Contains("\"payload\":{\"b\":1.0,\"a\":1}", item, StringComparison.Ordinal);
        Assert.Equal(request.Event.Id.ToString(), json.GetProperty("id").GetString());
        Assert.Equal("""{"id":"dispatch","attempt":2,"destination":"x","subscription_id":"s"}""", json.GetProperty("dispatch").GetRawText());
    }

    private static DeliveryRequest Request(string name = "x", bool isServed = true) => new(
        new Event { Id = Guid.CreateVersion7(), Type = "a.b", Payload = "{\"b\":1.0,\"a\":1}"u8.ToArray(), CreatedAt = DateTimeOffset.UnixEpoch }.At(7),
        new Subscription { Id = "s", Name = "s", Events = ["*"], Destination = new RpcDestination(name) { IsServed = isServed } },
        "dispatch",
        2);

    private sealed class FakeConnection : IRpcConnection
    {
        public Func<ValueTask<string?>> Answer { get; set; } = static () => new ValueTask<string?>("complete");

        public List<byte[]> Calls { get; } = [];

        public ValueTask<string?> HandleAsync(ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
        {
            lock (Calls) Calls.Add(item.ToArray());
            return Answer();
        }
    }
}
