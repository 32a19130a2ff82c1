using System.Text;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>What PostgreSQL's texts cannot hold, or its JSON would not.</summary>
public sealed class TextTests : PostgresTest
{
    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("\u001a0 \u001a \u001a1\0")]
    [InlineData("plain")]
    public async Task Texts_with_nul_come_back_as_they_were(string text)
    {
        var store = await OpenAsync();
        await AppendAsync(store, Make.Event(source: text, organizationId: text));
        var key = (await store.Dispatches.SaveSubscriptionAsync(
            new SubscriptionChange { Subscription = Make.Subscription("s"), ExpectedVersion = 0, StartAfter = 0 }, Cancel))!.Key;
        var worker = new Worker(store, Assert.Single(await store.Dispatches.AcquireLeasesAsync("w", TimeSpan.FromMinutes(1), 1, Cancel)));
        var held = Make.Exception(worker.Key(1)) with { Lane = text, LastError = text };
        await worker.SettleAsync(exceptions: [held], attempts: [Make.Attempt(worker.Key(1), 1) with { ResponseBody = text }]);

        Assert.Equal(text, Assert.Single(await store.Log.QueryAsync(new EventQuery { Source = text, OrganizationId = text, Limit = 10 }, Cancel)).Source);
        Assert.Equal(held, Assert.Single((await worker.LoadAsync()).Exceptions));
        Assert.Equal(text, Assert.Single(await store.Journal.GetAttemptsAsync(new DispatchKey(1, key, 0), Cancel)).ResponseBody);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_fails_nothing()
    {
        var store = await OpenAsync();

        await AppendAsync(store, Make.Event(userId: "x\ud83d"));

        Assert.Equal("x\ufffd", (await store.Log.GetAsync([1], Cancel))[0].UserId);
    }

    [Fact]
    public async Task A_payload_that_nests_deeper_than_the_server_parses_is_stored_as_sent()
    {
        var store = await OpenAsync();
        var payload = new string('[', 50_000) + new string(']', 50_000);

        await AppendAsync(store, Make.Event(payload: payload));

        Assert.Equal(payload, Encoding.UTF8.GetString((await store.Log.GetAsync([1], Cancel))[0].Payload.Span));
    }

    [Fact]
    public async Task Texts_longer_than_an_index_entry_are_found_whole()
    {
        var store = await OpenAsync();
        var random = new Random(7);
        var texts = Enumerable.Range(0, 2).Select(n => new string([.. Enumerable.Range(0, 20_000).Select(i => i < 200 ? 'x' : (char)random.Next(0x4e00, 0x9fff))])).ToArray();
        foreach (var text in texts) await AppendAsync(store, Make.Event(source: text, organizationId: text, userId: text));

        var found = await store.Log.QueryAsync(new EventQuery { Source = texts[1], OrganizationId = texts[1], UserId = texts[1], Limit = 10 }, Cancel);

        EventAssert.Sequences([2], found);
    }
}
