using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>Events live to many readers, against a bare Kestrel loop that writes the same bytes to as many sockets.</summary>
internal sealed class FanOutBenchmark : IBenchmark
{
    private const int Batch = 100;
    private const int Crowd = 1000;
    private const int Bystanders = 100;

    // Readers, and a rate at which the machine is busy with them but not full.
    private static readonly (int Readers, double Rate)[] s_cases = [(1, 500), (100, 200), (Crowd, 25)];

    public string Name => "fan-out";

    public string About => "live streams to 1, 100 and 1,000 readers against a bare Kestrel loop; memory per reader; a reader that is stuck";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(15) + (3 * context.WarmUp) + (context.Rounds * 18 * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var hub = await HubProcess.StartAsync(context);
        using var bare = await StreamServerProcess.StartAsync(await FrameAsync(hub));
        (string Url, ChildProcess Process)[] ways = [(hub.Url, hub.Process), (bare.Url, bare.Process)];
        var rates = new Table(
            $"Live streams, events × readers per second (batches of {Batch}, 4 publishers, as fast as they are answered, until the last reader has the last event)",
            "readers", "hub", "bare loop", "ratio", "hub: processor µs/event and reader", "bare loop: µs");
        var latency = new Table("From the planned publish to the reader, ms (open loop)", "readers", "events/s", "hub: p50", "p99", "max", "bare loop: p50", "p99", "max");
        foreach (var (readers, rate) in s_cases)
        {
            using var hubReaders = await StreamReaders.OpenAsync(Stream(hub.Url), readers);
            using var bareReaders = await StreamReaders.OpenAsync(Stream(bare.Url), readers);
            StreamReaders[] streams = [hubReaders, bareReaders];
            for (var i = 0; i < ways.Length; i++) await FloodAsync(context.WarmUp.TotalSeconds, ways[i].Url, streams[i], readers);
            var processor = ways.Select(_ => new List<double>()).ToArray();
            var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
            {
                var before = way.Process.ProcessorTime;
                var (perSecond, frames) = await FloodAsync(context.Seconds, way.Url, streams[i], readers);
                processor[i].Add((way.Process.ProcessorTime - before).TotalMicroseconds / frames);
                return perSecond;
            }))]);
            rates.Add(readers, rounds.Median(0), rounds.Median(1), rounds.Ratio(0, 1), Rounds.MedianOf([.. processor[0]]), Rounds.MedianOf([.. processor[1]]));
            var sums = ways.Select(_ => new LatencyHistogram()).ToArray();
            for (var round = 0; round < context.Rounds; round++)
            {
                for (var i = 0; i < ways.Length; i++) sums[i].Add(await AtRateAsync(context, ways[i].Url, streams[i], readers, rate));
            }

            latency.Add(
                readers, rate, sums[0].Percentile(0.5), sums[0].Percentile(0.99), sums[0].MaxMs, sums[1].Percentile(0.5), sums[1].Percentile(0.99), sums[1].MaxMs);
        }

        return [rates, latency, await StuckAsync(context, hub), await MemoryAsync(context)];
    }

    private static Uri Stream(string url) => new($"{url}/events/stream");

    /// <summary>Publishes a number of events that keeps the readers busy for about so many seconds.</summary>
    private static async Task<(double PerSecond, long Frames)> FloodAsync(double seconds, string url, StreamReaders streams, int readers)
    {
        var batches = (long)Math.Clamp(600_000 * seconds / readers / Batch, 5, 200 * seconds);
        streams.Arrivals.Begin();
        var started = Stopwatch.GetTimestamp();
        await HttpLoad.ClosedAsync(url, [RequestTemplate.Batch(Batch)], 4, TimeSpan.FromMinutes(2), batches);
        var (lastAt, _) = await streams.Arrivals.WaitAsync(batches * Batch * readers);
        return (batches * Batch * readers / Stopwatch.GetElapsedTime(started, lastAt).TotalSeconds, batches * Batch * readers);
    }

    private static async Task<LatencyHistogram> AtRateAsync(BenchContext context, string url, StreamReaders streams, int readers, double rate)
    {
        streams.Arrivals.Begin();
        var load = await HttpLoad.OpenAsync(url, [RequestTemplate.One()], rate, context.Duration, 16);
        return (await streams.Arrivals.WaitAsync(load.Answered * readers)).Latencies;
    }

    /// <summary>The latency of a hundred readers, without and with one among them that is connected, is owed a long log, and never reads.</summary>
    private static async Task<Table> StuckAsync(BenchContext context, HubProcess hub)
    {
        const double Rate = 200;
        using var streams = await StreamReaders.OpenAsync(Stream(hub.Url), Bystanders);
        var (without, with) = (new LatencyHistogram(), new LatencyHistogram());
        var held = 0;
        for (var round = 0; round < context.Rounds; round++)
        {
            without.Add(await AtRateAsync(context, hub.Url, streams, Bystanders, Rate));
            using var stuck = new StreamConnection(new Uri($"{hub.Url}/events/stream?since=0"), receiveBuffer: 4096);
            held = await FullAsync(stuck);
            with.Add(await AtRateAsync(context, hub.Url, streams, Bystanders, Rate));
            if (stuck.Available < held) throw new InvalidOperationException("the reader that should be stuck is not.");
        }

        var table = new Table($"{Bystanders} readers at {Rate} events/s, beside one that is stuck: from the planned publish to the reader, ms", "the one that never reads", "p50", "p99", "p99.9", "max");
        table.Add("is not there", without.Percentile(0.5), without.Percentile(0.99), without.Percentile(0.999), without.MaxMs);
        table.Add("is there, its buffers full", with.Percentile(0.5), with.Percentile(0.99), with.Percentile(0.999), with.MaxMs);
        return table;
    }

    /// <summary>Waits until the server can write no more to a reader that never reads.</summary>
    private static async Task<int> FullAsync(StreamConnection connection)
    {
        for (int before = 0, same = 0; ;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            var now = connection.Available;
            same = now > 0 && now == before ? same + 1 : 0;
            before = now;
            if (same == 5) return now;
        }
    }

    private static async Task<Table> MemoryAsync(BenchContext context)
    {
        var table = new Table($"Memory of {Crowd:N0} readers that got their first 100 events, kB each (resident memory with and without them)", "hub", "bare loop");
        using var hub = await HubProcess.StartAsync(context);
        using var bare = await StreamServerProcess.StartAsync(await FrameAsync(hub));
        table.Add(await MemoryAsync(context, hub.Url, hub.ProcessId), await MemoryAsync(context, bare.Url, bare.Process.Id));
        return table;
    }

    private static async Task<double> MemoryAsync(BenchContext context, string url, int process)
    {
        using (var one = await StreamReaders.OpenAsync(Stream(url), 1)) await FloodAsync(context.WarmUp.TotalSeconds / 2, url, one, 1);
        var before = Machine.ResidentMb(process);
        using var crowd = await StreamReaders.OpenAsync(Stream(url), Crowd);
        crowd.Arrivals.Begin();
        await HttpLoad.ClosedAsync(url, [RequestTemplate.Batch(20)], 1, TimeSpan.FromMinutes(1), 5);
        await crowd.Arrivals.WaitAsync(100L * Crowd);
        return (Machine.ResidentMb(process) - before) * 1024 / Crowd;
    }

    /// <summary>An event as the hub writes it into a stream.</summary>
    private static async Task<byte[]> FrameAsync(HubProcess hub)
    {
        await HttpLoad.ClosedAsync(hub.Url, [RequestTemplate.One()], 1, TimeSpan.FromMinutes(1), 1);
        using var http = new HttpClient();
        using var reader = new StreamReader(await http.GetStreamAsync(new Uri($"{hub.Url}/events/stream?since=0")));
        var frame = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            frame += line + "\n";
            if (line.Length > 0) continue;
            if (frame.Contains("sent_at", StringComparison.Ordinal)) return System.Text.Encoding.UTF8.GetBytes(frame);
            frame = "";
        }

        throw new InvalidOperationException("the hub's stream ended without an event.");
    }
}
