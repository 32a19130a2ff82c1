using System.Globalization;
using EventHub.Hosting;
using EventHub.Routing;
using EventHub.Sqlite;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Delivery;

/// <summary>Who reads the log for whom: what subscriptions cost that events are not for.</summary>
public sealed class EventRouterTests
{
    /// <summary>The tail holds next to nothing: what is behind is in the store.</summary>
    private static readonly HubOptions s_options = new() { TailCapacity = 16 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_are_behind_they_are_read_for_together()
    {
        const int Backlog = 3000;
        const int Subscriptions = 400;
        var store = new GatedStore(new MemoryStore(TimeProvider.System, new Random(1)));
        await using var hub = await TestHub.StartAsync(s_options, store: store);
        for (var i = 0; i < Backlog; i++) await hub.PublishAsync("none");
        var (before, gate) = (store.Reads, new TaskCompletionSource());
        store.BeforeRead = () => gate.Task;
        for (var i = 0; i < Subscriptions; i++) await hub.SubscribeAsync(Name(i), Name(i), s => s with { Events = [Name(i), "all"], Start = "beginning" });
        await Eventually.IsTrueAsync(() => store.Loads == Subscriptions);
        gate.SetResult();
        await hub.PublishAsync("all");
        await hub.Destination.WaitForAsync(Subscriptions);
        // Once for the first that came, and once for all who came meanwhile; a few may have been on their way still.
        Assert.InRange(store.Reads - before, 1, 6 * Backlog / 128);
    }

    [Fact]
    public async Task Events_that_are_for_none_of_them_wake_no_runner_and_read_nothing()
    {
        var store = new GatedStore(new MemoryStore(TimeProvider.System, new Random(1)));
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions, new FakeTimeProvider(), store);
        for (var i = 0; i < 100; i++) await hub.SubscribeAsync(Name(i), Name(i));
        await hub.SubscribeAsync("last", "last");
        for (var i = 0; i < 100; i++) await hub.PublishAsync(Name(i));
        await hub.Destination.WaitForAsync(100);
        var (reads, settled) = (store.Reads, store.Settled.Count);
        for (var i = 0; i < 1000; i++) await hub.PublishAsync("none");
        await hub.PublishAsync("last");
        await hub.Destination.WaitForAsync(101);
        Assert.Equal(reads, store.Reads);
        Assert.InRange(store.Settled.Count - settled, 0, 100 + 2); // results of the hundred, and the last one's; no floors by themselves
    }

    [Fact]
    public async Task A_restart_after_a_stop_reads_nothing_for_those_that_were_up_to_date()
    {
        var directory = Directory.CreateTempSubdirectory("eventhub-tests-").FullName;
        try
        {
            var clock = new FakeTimeProvider();
            await using (var hub = await TestHub.StartAsync(TestHub.PatientOptions, clock, Open(directory)))
            {
                for (var i = 0; i < 20; i++) await hub.SubscribeAsync(Name(i), Name(i));
                await hub.SubscribeAsync("last", "last");
                for (var i = 0; i < 20; i++) await hub.PublishAsync(Name(i));
                // They are up to date, all of them, before what is for none comes: one that began late would be fed from further back.
                await Eventually.IsTrueAsync(
                    async () => (await hub.Store.Journal.GetCountsAsync(Token)) is { Count: 21 } counts && counts.All(c => c.Floor == 20), clock, TimeSpan.FromSeconds(2));
                await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => hub.PublishAsync("none")));
                await hub.PublishAsync("last");
                await hub.Destination.WaitForAsync(21);
            }

            var store = Open(directory);
            await using var again = await TestHub.StartAsync(store: store);
            await again.PublishAsync("last");
            await again.Destination.WaitForAsync(1);
            for (var i = 0; i < 20; i++) await again.PublishAsync(Name(i));
            await again.Destination.WaitForAsync(21);
            Assert.Equal(0, store.Reads);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(128)]
    public async Task One_that_was_behind_gets_by_each_version_what_was_published_under_it(int batchSize)
    {
        await using var hub = await TestHub.StartAsync(s_options with { BatchSize = batchSize });
        await hub.SubscribeAsync("s", "a", s => s with { Paused = true });
        await hub.SubscribeAsync("other", "none");
        var expected = new List<string>();
        for (var version = 0; version < 20; version++)
        {
            var taken = version % 2 == 0 ? "a" : "b";
            for (var i = 0; i < 20; i++)
            {
                var payload = string.Create(CultureInfo.InvariantCulture, $"\"{version}.{i}\"");
                await hub.PublishAsync(i % 2 == 0 ? "a" : "b", payload);
                if ((i % 2 == 0 ? "a" : "b") == taken) expected.Add(payload);
            }

            await hub.ChangeAsync("s", s => s with { Events = [version % 2 == 0 ? "b" : "a"] });
        }

        await hub.ChangeAsync("s", s => s with { Paused = false });
        await hub.Destination.WaitForAsync(expected.Count);
        await hub.PublishAsync("a", "\"end\"");
        await hub.Destination.WaitForAsync(expected.Count + 1);
        Assert.Equal(expected.Append("\"end\"").Order(StringComparer.Ordinal), hub.Destination.Payloads.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_takes_more_than_it_can_hold_while_it_catches_up_gets_all_of_it_once_beside_one_that_takes_little()
    {
        await using var hub = await TestHub.StartAsync(s_options with { BatchSize = 4 });
        var payloads = Enumerable.Range(0, 600).Select(static i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var payload in payloads) await hub.PublishAsync(payload.EndsWith('7') ? "rare" : "common", payload);
        await hub.SubscribeAsync("all", "*", s => s with { Start = "beginning" });
        await hub.SubscribeAsync("rare", "rare", s => s with { Start = "beginning" });
        await hub.Destination.WaitForAsync(660);
        Assert.Equal(payloads.Order(StringComparer.Ordinal), PayloadsOf(hub, "all"));
        Assert.Equal(payloads.Where(static p => p.EndsWith('7')).Order(StringComparer.Ordinal), PayloadsOf(hub, "rare"));
    }

    [Fact]
    public async Task A_test_event_reaches_its_subscription_whatever_versions_it_had()
    {
        await using var hub = await TestHub.StartAsync(s_options);
        await hub.SubscribeAsync("s", "a", s => s with { Paused = true });
        await hub.PublishAsync(TestEvent.Type, "1", e => e with { Source = TestEvent.SourceFor("s") });
        for (var i = 0; i < 3; i++) await hub.ChangeAsync("s", s => s with { Events = [Name(i)] });
        await hub.ChangeAsync("s", s => s with { Paused = false });
        await hub.Destination.WaitForAsync(1);
        Assert.Equal(["1"], hub.Destination.Payloads);
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"type{i}");

    private static GatedStore Open(string directory) => new(new SqliteStore(new SqliteOptions { DataDirectory = directory }, TimeProvider.System));

    private static IEnumerable<string> PayloadsOf(TestHub hub, string subscription) =>
        hub.Destination.Requests.Where(r => r.Subscription.Name == subscription).Select(RecordingDestination.PayloadOf).Order(StringComparer.Ordinal);
}
