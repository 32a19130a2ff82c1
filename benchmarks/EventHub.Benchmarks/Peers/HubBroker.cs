using System.Diagnostics;
using System.Net.Http.Json;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Peers;

/// <summary>The hub as a broker: published over HTTP one by one, consumed from a consumer's stream, its cursor moved ten times a second.</summary>
internal sealed class HubBroker : IBroker
{
    private const string Consumer = "consumers/bench";
    private readonly HubProcess _hub;
    private readonly HttpClient _http;
    private readonly StreamReaders _reader;
    private long _consumed;

    private HubBroker(HubProcess hub, HttpClient http, StreamReaders reader) => (_hub, _http, _reader) = (hub, http, reader);

    public string Name => "hub, SQLite FULL";

    public string Durability => "fsync";

    public static async Task<HubBroker> StartAsync(BenchContext context)
    {
        var hub = await HubProcess.StartAsync(context);
        var http = new HttpClient { BaseAddress = new Uri(hub.Url) };
        (await http.PutAsJsonAsync(new Uri(Consumer, UriKind.Relative), new { events = new[] { "**" }, start = "beginning" })).EnsureSuccessStatusCode().Dispose();
        return new HubBroker(hub, http, await StreamReaders.OpenAsync(new Uri($"{hub.Url}/{Consumer}/stream"), 1));
    }

    public async Task<BrokerRun> RunAsync(double? perSecond, TimeSpan duration)
    {
        _reader.Arrivals.Begin();
        using var over = new CancellationTokenSource();
        var acknowledging = AcknowledgeAsync(over.Token);
        var started = Stopwatch.GetTimestamp();
        var load = await (perSecond is { } rate
            ? HttpLoad.OpenAsync(_hub.Url, s_requests, rate, duration, IBroker.InFlight)
            : HttpLoad.ClosedAsync(_hub.Url, s_requests, IBroker.InFlight, duration));
        if (load.Refused > 0) throw new InvalidOperationException($"{load.Refused} events were refused.");
        var (lastAt, latencies) = await _reader.Arrivals.WaitAsync(load.Answered);
        await over.CancelAsync();
        await acknowledging;
        await AcknowledgeAsync(_consumed += load.Answered);
        return new BrokerRun(load.Answered / Stopwatch.GetElapsedTime(started, lastAt).TotalSeconds, latencies);
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _http.Dispose();
        _hub.Dispose();
        return default;
    }

    private async Task AcknowledgeAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, over));
            if (_reader.Arrivals.Received is > 0 and var received) await AcknowledgeAsync(_consumed + received);
        }
    }

    /// <summary>The log holds nothing else, so what was received is its length.</summary>
    private async Task AcknowledgeAsync(long sequence) =>
        (await _http.PostAsJsonAsync(new Uri(Consumer + "/ack", UriKind.Relative), new { sequence })).EnsureSuccessStatusCode().Dispose();

    private static readonly RequestTemplate[] s_requests = [.. Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i))];
}
