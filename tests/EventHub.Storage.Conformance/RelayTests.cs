using System.Text;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Relay;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Calls between the processes that share a store: each is taken once or withdrawn, never both. One store plays all of them; who is who stands in the round.</summary>
public abstract class RelayTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_store_that_is_shared_relays_and_no_other() => Assert.Equal(Provider.IsShared, Store.Relay is not null);

    [Fact]
    public Task A_call_is_taken_once_by_the_node_it_is_for_and_its_answer_once_by_the_one_that_made_it() => WithAsync(async relay =>
    {
        await ExchangeAsync(relay, "a", calls: [Call("b", 1, "first"), Call("c", 2, "other"), Call("b", 3, "sec\u0000ond")]);

        var taken = (await ExchangeAsync(relay, "b")).Calls;
        Assert.Equal([("a", 1, "name", "first"), ("a", 3, "name", "sec\u0000ond")], taken.OrderBy(call => call.Number).Select(call => (call.Node, call.Number, call.Name, Text(call))));
        Assert.All(taken, call => Assert.True(call.BeginWithin > TimeSpan.FromSeconds(30) && call.BeginWithin <= s_minute && call.AnswerWithin > s_minute));
        Assert.Empty((await ExchangeAsync(relay, "b")).Calls);

        RelayAnswer[] answers = [new("a", 1, RelayAnswerKind.Answered, "complete"), new("a", 3, RelayAnswerKind.Failed, "no\u0000disk")];
        await ExchangeAsync(relay, "b", answers: answers);
        await ExchangeAsync(relay, "b", answers: answers);
        Assert.Empty((await ExchangeAsync(relay, "c")).Answers);
        Assert.Equal(answers, (await ExchangeAsync(relay, "a")).Answers.OrderBy(answer => answer.Number));
        Assert.Empty((await ExchangeAsync(relay, "a")).Answers);
    });

    [Fact]
    public Task A_call_is_taken_or_withdrawn_never_both() => WithAsync(async relay =>
    {
        const int Count = 200;
        var numbers = Enumerable.Range(1, Count).Select(n => (long)n).ToList();
        foreach (var some in numbers.Chunk(50)) await ExchangeAsync(relay, "a", calls: [.. some.Select(n => Call("b", n, "x"))]);

        var withdrawing = Task.WhenAll(numbers.Chunk(10).Select(some => Task.Run(async () => (await ExchangeAsync(relay, "a", withdrawn: some)).Withdrawn)));
        var taking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => (await ExchangeAsync(relay, "b")).Calls)));
        var withdrawn = (await withdrawing).SelectMany(some => some).ToList();
        var taken = (await taking).SelectMany(calls => calls.Select(call => call.Number)).ToList();
        taken.AddRange((await ExchangeAsync(relay, "b")).Calls.Select(call => call.Number));

        Assert.Equal(numbers, withdrawn.Concat(taken).Order());
    });

    [Fact]
    public Task More_calls_than_are_taken_at_a_time_stay_for_the_next_the_oldest_first() => WithAsync(async relay =>
    {
        for (var n = 1; n <= RelayIntake.MaxCalls + 6; n++) await ExchangeAsync(relay, "a", calls: [Call("b", n, "x")]);

        Assert.Equal(Enumerable.Range(1, RelayIntake.MaxCalls).Select(n => (long)n), (await ExchangeAsync(relay, "b")).Calls.Select(call => call.Number));
        Assert.Equal(6, (await ExchangeAsync(relay, "b")).Calls.Count);
    });

    [Fact]
    public Task A_node_is_seen_with_what_it_serves_until_it_goes() => WithAsync(async relay =>
    {
        await ExchangeAsync(relay, "b", serves: new Dictionary<string, int> { ["x"] = 2, ["y"] = 1 });
        var first = await ExchangeAsync(relay, "a");
        Assert.Equal(["b"], first.Nodes.Keys);
        Assert.Equal([new RelayedName("b", "x", 2), new RelayedName("b", "y", 1)], first.Names.OrderBy(name => name.Name));

        await ExchangeAsync(relay, "b");
        await ExchangeAsync(relay, "b", serves: new Dictionary<string, int> { ["x"] = 3 });
        var second = await ExchangeAsync(relay, "a");
        Assert.True(second.Nodes["b"] > first.Nodes["b"]);
        Assert.Equal([new RelayedName("b", "x", 3)], second.Names);

        await ExchangeAsync(relay, "b", presence: TimeSpan.Zero);
        var last = await ExchangeAsync(relay, "a");
        Assert.Empty(last.Nodes);
        Assert.Empty(last.Names);
        Assert.True(await relay.WasServedAsync("y", Cancel));
        Assert.False(await relay.WasServedAsync("z", Cancel));
    });

    [Fact]
    public Task A_node_that_is_not_heard_of_is_not_counted_on() => WithAsync(async relay =>
    {
        await ExchangeAsync(relay, "b", presence: TimeSpan.FromMilliseconds(1), serves: new Dictionary<string, int> { ["x"] = 1 });
        RelayIntake seen;
        do seen = await ExchangeAsync(relay, "a");
        while (seen.Nodes.Count > 0);
        Assert.Empty(seen.Names);
    });

    [Fact]
    public Task Whoever_a_call_or_an_answer_is_for_is_rung() => WithAsync(async relay =>
    {
        var rung = new SemaphoreSlim(0);
        await ExchangeAsync(relay, "me");
        relay.OnRing(() => rung.Release());
        // What was rung by others and by opening comes first; nobody rings for long.
        while (await rung.WaitAsync(TimeSpan.FromMilliseconds(300), Cancel)) ;

        await ExchangeAsync(relay, "me", calls: [Call("me", 1, "x")]);
        Assert.True(await rung.WaitAsync(TimeSpan.FromSeconds(120), Cancel));
    });

    private async Task WithAsync(Func<IRelayStore, Task> test)
    {
        if (Store.Relay is { } relay) await test(relay);
    }

    private static async Task<RelayIntake> ExchangeAsync(
        IRelayStore relay,
        string node,
        RelayCall[]? calls = null,
        RelayAnswer[]? answers = null,
        long[]? withdrawn = null,
        Dictionary<string, int>? serves = null,
        TimeSpan? presence = null) =>
        await relay.ExchangeAsync(new RelayRound(node, presence ?? s_minute) { Calls = calls ?? [], Answers = answers ?? [], Withdrawn = withdrawn ?? [], Serves = serves }, Cancel);

    private static RelayCall Call(string node, long number, string text) => new(node, number, "name", Encoding.UTF8.GetBytes(text), s_minute, 2 * s_minute);

    private static string Text(RelayCall call) => Encoding.UTF8.GetString(call.Item.Span);
}
