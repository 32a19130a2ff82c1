using System.Diagnostics;
using System.Globalization;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Streams;

/// <summary>
/// Fifty readers that connect, drop and resume at random while events are published and the hub is killed again and again, through a ring in
/// memory that holds little: they cross from the store to live events and back all the time. Asked for by itself it publishes at full speed; in the suite
/// it leaves some of the processor to the tests beside it.
/// </summary>
public sealed class StreamSoakTests
{
    private const int Readers = 50;
    private const int Publishers = 3;

    // So that neither a fast machine nor a long run fills memory with what was seen.
    private const int MaxEvents = 400_000;
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(120);

    /// <summary>Long soaks are many rounds, each on a new data directory.</summary>
    private static readonly TimeSpan s_longestRound = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_pauseBesideOthers = TimeSpan.FromMilliseconds(60);

    private static TimeSpan Duration => TimeSpan.FromSeconds(Setting("EVENTHUB_SOAK_SECONDS", 15));

    [Fact]
    public async Task Every_reader_sees_every_matching_event_once_and_in_order_however_often_it_and_the_hub_go()
    {
        var seed = Setting("EVENTHUB_SOAK_SEED", Random.Shared.Next(1_000_000));
        for (var left = Duration; left > TimeSpan.Zero; left -= s_longestRound) await RunRoundAsync(seed++, left < s_longestRound ? left : s_longestRound);
    }

    private static async Task RunRoundAsync(int seed, TimeSpan duration)
    {
        using var data = new TemporaryDirectory();
        await using var hub = new RestartingHub(data.Path, new HubStart { Arguments = ["--tail-capacity", "256"] });
        await hub.StartAsync();
        using var publishing = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var logs = new List<ReaderLog>();
        var readers = Enumerable.Range(0, Readers).Select(i => StartReader(hub, i, new Random(unchecked((seed * 1000) + i)), logs, reading.Token)).ToList();
        var pause = SoakForm.IsBesideOthers ? s_pauseBesideOthers : TimeSpan.Zero;
        var publishers = Enumerable.Range(0, Publishers).Select(i => new StreamPublisher(hub, new Random(unchecked((seed * 31) + i)), $"p{i}", pause).RunAsync(publishing.Token)).ToList();

        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration && logs.Max(l => l.Count) < MaxEvents)
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(2000, 6000)), TestContext.Current.CancellationToken);
            await hub.KillAsync();
            await hub.StartAsync();
        }

        await publishing.CancelAsync();
        var published = (await Task.WhenAll(publishers)).Sum();
        var log = await ReadLogAsync(await hub.RunningAsync(TestContext.Current.CancellationToken));
        clock.Restart();
        while (clock.Elapsed < s_drain && logs.Exists(l => l.Violation is null && l.Count < log.Count(l.Wants)))
            await Pause.ForAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        var drained = clock.Elapsed;
        await reading.CancelAsync();
        await Task.WhenAll(readers);

        var summary = string.Create(CultureInfo.InvariantCulture,
            $"EVENTHUB_SOAK_SEED={seed}: {published} events, {hub.Kills} kills, {logs.Sum(l => l.Connections)} connections, {logs.Sum(l => (long)l.Count)} events seen, drained in {drained.TotalSeconds:0.0} s");
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        var wrong = logs.Select(l => l.Judge(log)).OfType<string>().ToList();
        Assert.True(wrong.Count == 0, $"{summary}; {wrong.Count} readers are wrong\n{string.Join("\n", wrong.Take(5))}");
        Assert.Equal(Enumerable.Range(1, published).Select(n => (long)n), log.Select(e => e.Sequence)); // each batch once, however often it was sent
        Assert.True(hub.Kills > 0);
        Assert.All(logs, l => Assert.True(l.Connections > 1 && l.Count > 0, $"{l.Name}: {l.Connections} connections, {l.Count} events"));
    }

    /// <summary>All kinds of readers: of everything, of a type, of a source, from the beginning and from now on, consumers that poll and that stream.</summary>
    private static Task StartReader(RestartingHub hub, int number, Random random, List<ReaderLog> logs, CancellationToken end)
    {
        var type = $"t{number % StreamPublisher.Types}";
        switch (number % 10)
        {
            case 0:
                return Run(null, null, "/events/stream?since=0");
            case 1:
                return Run(null, $"s{number % StreamPublisher.Sources}", "/stream?since=1");
            case 2:
                return Run(null, null, "/events/stream?");
            case 8 or 9:
                var name = $"consumer-{number}";
                var log = new ReaderLog(name, type, null);
                logs.Add(log);
                return new ConsumerReader(hub, log, type, isStream: number % 10 == 9, random).RunAsync(end);
            default:
                return Run(type, number % 2 == 0 ? "s0" : null, number % 3 == 0 ? "/stream?" : "/events/stream?since=0");
        }

        Task Run(string? wantedType, string? wantedSource, string path)
        {
            var log = new ReaderLog($"reader-{number} {path}", wantedType, wantedSource) { After = path.Contains("since", StringComparison.Ordinal) ? 0 : null };
            logs.Add(log);
            return new SseReader(hub, log, path, random).RunAsync(end);
        }
    }

    private static async Task<List<StreamedEvent>> ReadLogAsync(HubProcess hub)
    {
        var log = new List<StreamedEvent>();
        for (var cursor = ""; ;)
        {
            var page = await hub.GetAsync($"/events?order=asc&limit=1000{cursor}");
            log.AddRange(page.GetProperty("events").EnumerateArray().Select(e => new StreamedEvent(e.GetProperty("sequence").GetInt64(), e.GetProperty("type").GetString()!, e.GetProperty("source").GetString()!)));
            if (page.GetProperty("next_cursor").GetString() is not { } next) return log;
            cursor = $"&cursor={Uri.EscapeDataString(next)}";
        }
    }

    private static int Setting(string name, int fallback) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? fallback.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
