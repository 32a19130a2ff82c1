using EventHub.Diagnostics;

namespace EventHub.Server.Tests.Metrics;

public sealed class LabelLimitTests : IDisposable
{
    private readonly MetricsPage _page = new();

    public void Dispose() => _page.Dispose();

    [Fact]
    public async Task Long_values_are_cut_and_characters_stay_whole()
    {
        _page.Metrics.EventReceived(new string('x', 500), "api");
        _page.Metrics.EndToEnd(new string('y', 199) + "🎉", TimeSpan.Zero);
        var page = await _page.ScrapeAsync();
        Assert.Contains($"\"{new string('x', 200)}\"", page, StringComparison.Ordinal);
        Assert.Contains($"\"{new string('y', 199)}\"", page, StringComparison.Ordinal);
        Assert.Equal("", await Promtool.CheckAsync(page));
    }

    [Fact]
    public async Task Known_values_cost_no_memory_and_the_cap_holds_under_contention()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            () =>
            {
                for (var i = 0; i < 2 * HubMetrics.MaxTypes; i++) _page.Metrics.EventReceived($"t.n{i}", $"s{worker}");
            },
            TestContext.Current.CancellationToken)));
        var lines = await _page.LinesAsync();
        Assert.Equal(HubMetrics.MaxTypes + 1, lines.Count(line => line.StartsWith("eventhub_events_received_total{", StringComparison.Ordinal)));
        Assert.True(lines.Count(line => line.StartsWith("eventbroker_events_published_total{", StringComparison.Ordinal)) <= HubMetrics.MaxSourceTypePairs + 1);

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Record()
    {
        for (var i = 0; i < 100; i++)
        {
            _page.Metrics.EventReceived("t.n1", "s1");
            _page.Metrics.Delivered("subscriber", DeliveryMetricStatus.Success, TimeSpan.Zero);
            _page.Metrics.Processed("s1", "t.n1", "complete", TimeSpan.Zero);
        }
    }
}
