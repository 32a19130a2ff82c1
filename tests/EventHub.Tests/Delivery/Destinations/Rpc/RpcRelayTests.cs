using EventHub.Delivery.Destinations.Rpc;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Tests.Delivery.Destinations.Rpc;

public sealed class RpcRelayTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeRelayStore _store = new();
    private readonly RpcHandlers _handlers;
    private readonly RpcRelay _relay;

    public RpcRelayTests()
    {
        _handlers = new RpcHandlers(_time);
        _relay = new RpcRelay(_store, "me", _handlers, s_pollInterval, _time, NullLogger.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store.Nodes["b"] = 1;
        _store.Names.Add(new RelayedName("b", "x", 1));
        _relay.Start();
        await Eventually.IsTrueAsync(() => _handlers.Has("x"));
    }

    public async ValueTask DisposeAsync() => await _relay.StopAsync(new CancellationToken(canceled: true));

    [Theory]
    [InlineData(RelayAnswerKind.Answered, "complete")]
    [InlineData(RelayAnswerKind.Answered, "\"so what\"")]
    public async Task What_a_client_of_another_hub_answers_is_the_answer(RelayAnswerKind kind, string text)
    {
        var handling = HandleAsync();
        var call = await TakenAsync();
        Assert.Equal(("b", "x", s_limit), (call.Node, call.Name, call.AnswerWithin));
        _store.Answer(new RelayAnswer("me", call.Number, kind, text));
        Assert.Equal(text, await handling);
    }

    [Fact]
    public async Task An_error_and_a_lost_client_are_told_as_they_are_of_clients_here()
    {
        var failing = HandleAsync();
        _store.Answer(new RelayAnswer("me", (await TakenAsync()).Number, RelayAnswerKind.Failed, "no disk"));
        Assert.Equal("no disk", (await Assert.ThrowsAsync<RpcHandlerException>(() => failing)).Message);
        var losing = HandleAsync();
        _store.Answer(new RelayAnswer("me", (await TakenAsync()).Number, RelayAnswerKind.Lost));
        await Assert.ThrowsAsync<IOException>(() => losing);
    }

    [Fact]
    public async Task A_call_nobody_takes_is_withdrawn_and_made_of_another_and_who_is_deaf_is_not_asked_before_it_is_heard_of()
    {
        var handling = HandleAsync();
        await Eventually.IsTrueAsync(() => _store.Waiting.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.IsTrueAsync(() => _store.Waiting.Count == 0 && !_handlers.Has("x"));
        Assert.False(handling.IsCompleted);
        var client = new Client("here");
        _handlers.Add("x", client);
        Assert.Equal("here", await handling);

        _handlers.Remove(client);
        await RingAsync();
        Assert.False(_handlers.Has("x"));
        _store.Nodes["b"] = 2;
        await RingAsync();
        await Eventually.IsTrueAsync(() => _handlers.Has("x"));
    }

    [Fact]
    public async Task A_call_that_was_taken_by_a_hub_that_is_gone_is_a_lost_connection()
    {
        var handling = HandleAsync();
        await TakenAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        _store.Nodes.Clear();
        // Twice missing counts: once may be a hub that was kept from saying that it is there.
        while (!handling.IsCompleted) await RingAsync();
        await Assert.ThrowsAsync<IOException>(() => handling);
    }

    [Fact]
    public async Task Who_stops_waiting_withdraws_the_call()
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var handling = _handlers.HandleAsync("x", "{}"u8.ToArray(), s_limit, stopped.Token).AsTask();
        await Eventually.IsTrueAsync(() => _store.Waiting.Count == 1);
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
        await Eventually.IsTrueAsync(() => _store.Waiting.Count == 0);
    }

    [Theory]
    [InlineData(StorageFailure.Unavailable)]
    [InlineData(StorageFailure.CommitFailed)]
    public async Task A_round_that_failed_loses_no_call_that_nobody_can_have_taken(StorageFailure failure)
    {
        _store.Fails = failure;
        var handling = HandleAsync();
        await Eventually.IsTrueAsync(() => _store.Fails is null);
        if (failure == StorageFailure.CommitFailed)
        {
            // It may have been taken: nobody else gets it, and the attempt fails when its time is over.
            _handlers.Add("x", new Client("here"));
            _time.Advance(TimeSpan.FromSeconds(2));
            _store.Nodes.Clear();
            while (!handling.IsCompleted) await RingAsync();
            await Assert.ThrowsAsync<IOException>(() => handling);
            return;
        }

        await _time.AdvanceOnceDueInAsync(s_pollInterval);
        _store.Answer(new RelayAnswer("me", (await TakenAsync()).Number, RelayAnswerKind.Answered, "complete"));
        Assert.Equal("complete", await handling);
    }

    [Fact]
    public async Task Clients_here_handle_calls_of_other_hubs_unless_it_is_too_late_or_there_are_none()
    {
        _handlers.Add("y", new Client("done"));
        await _relay.AnnouncedAsync(Token);
        Assert.Equal("y:1", _store.Served.Last());
        _store.Call(new RelayCall("b", 1, "y", "{}"u8.ToArray(), s_limit, s_limit));
        _store.Call(new RelayCall("b", 2, "y", "{}"u8.ToArray(), TimeSpan.Zero, s_limit));
        _store.Call(new RelayCall("b", 3, "x", "{}"u8.ToArray(), s_limit, s_limit)); // x is b's own: it must not go back there
        await Eventually.IsTrueAsync(() => _store.Answers.Count == 3);
        Assert.Equal(
            [new("b", 1, RelayAnswerKind.Answered, "done"), new("b", 2, RelayAnswerKind.NotHanded), new RelayAnswer("b", 3, RelayAnswerKind.NotHanded)],
            _store.Answers.OrderBy(answer => answer.Number));
    }

    [Fact]
    public async Task A_hub_that_stops_takes_nothing_more_finishes_what_it_has_and_goes()
    {
        var client = new Client("done") { Hold = new TaskCompletionSource() };
        _handlers.Add("y", client);
        _store.Call(new RelayCall("b", 1, "y", "{}"u8.ToArray(), s_limit, s_limit));
        await Eventually.IsTrueAsync(() => client.Calls == 1);
        var stopping = _relay.StopAsync(Token);
        _store.Call(new RelayCall("b", 2, "y", "{}"u8.ToArray(), s_limit, s_limit));
        await Eventually.IsTrueAsync(() => _store.Answers.Count == 1);
        Assert.Equal("", _store.Served.Last());
        Assert.False(stopping.IsCompleted);
        client.Hold.SetResult();
        await stopping;
        Assert.Equal([(2, RelayAnswerKind.NotHanded), (1, RelayAnswerKind.Answered)], _store.Answers.Select(answer => ((int)answer.Number, answer.Kind)));
        Assert.Equal("gone", _store.Served.Last());
    }

    private Task<string?> HandleAsync() => _handlers.HandleAsync("x", "{}"u8.ToArray(), s_limit, Token).AsTask();

    /// <summary>Rings, and waits for the round.</summary>
    private async Task RingAsync()
    {
        var rounds = _store.Rounds;
        _store.Ring();
        await Eventually.IsTrueAsync(() => _store.Rounds > rounds);
    }

    private async Task<RelayCall> TakenAsync()
    {
        RelayCall? call = null;
        await Eventually.IsTrueAsync(() => (call = _store.Take()) is not null);
        return call!;
    }

    private sealed class Client(string answer) : IRpcConnection
    {
        private int _calls;

        public TaskCompletionSource? Hold { get; init; }

        public int Calls => Volatile.Read(ref _calls);

        public async ValueTask<string?> HandleAsync(ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            if (Hold is not null) await Hold.Task.WaitAsync(cancellationToken);
            return answer;
        }
    }
}
