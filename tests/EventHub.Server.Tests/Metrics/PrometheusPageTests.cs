using EventHub.Diagnostics;

namespace EventHub.Server.Tests.Metrics;

public sealed class PrometheusPageTests : IDisposable
{
    private static readonly TimeSpan TwoMilliseconds = TimeSpan.FromMilliseconds(2);

    private readonly MetricsPage _page = new();

    public void Dispose() => _page.Dispose();

    [Fact]
    public async Task Every_metric_of_the_contract_is_there_and_promtool_finds_nothing()
    {
        RecordEverything("user.created", "api", "crm");
        var page = await _page.ScrapeAsync();
        Assert.Equal("", await Promtool.CheckAsync(page));
        string[] expected =
        [
            "counter eventhub_events_received_total{event_type}",
            "counter eventhub_messages_delivered_total{status,subscriber}",
            "histogram eventhub_delivery_latency_seconds{subscriber}",
            "histogram eventhub_end_to_end_latency_seconds{subscriber}",
            "histogram eventhub_api_request_duration_seconds{route,status}",
            "gauge eventhub_pending_messages{subscriber}",
            "gauge eventhub_subscription_lag_events{subscriber}",
            "gauge eventhub_subscription_oldest_age_seconds{subscriber}",
            "gauge eventhub_consumer_lag_events{consumer}",
            "gauge eventhub_dlq_size{subscriber}",
            "counter eventbroker_events_published_total{source,type}",
            "counter eventbroker_events_processed_total{source,status,type}",
            "histogram eventbroker_event_processing_duration_seconds{source,type}",
            "gauge eventbroker_queue_size{}",
            "gauge eventhub_outbox_waiting_events{}",
            "gauge eventhub_outbox_oldest_age_seconds{}",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), PageReader.Describe(page).Where(line => !line.Contains(" dotnet_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("quote\"inside")]
    [InlineData("back\\slash")]
    [InlineData("new\nline")]
    [InlineData("brace}{,=")]
    [InlineData("emoji 🎉 and ünïcode")]
    [InlineData("")]
    public async Task Strange_label_values_stay_valid_and_come_back_as_they_were(string subscriber)
    {
        RecordEverything("a.b", subscriber, subscriber);
        var page = await _page.ScrapeAsync();
        Assert.Equal("", await Promtool.CheckAsync(page));
        var escaped = subscriber.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        Assert.Contains($"eventhub_dlq_size{{subscriber=\"{escaped}\"}} 4\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_are_cumulative_and_end_in_infinity()
    {
        _page.Metrics.EndToEnd("s", TwoMilliseconds);
        _page.Metrics.EndToEnd("s", TimeSpan.FromSeconds(7));
        _page.Metrics.EndToEnd("s", TimeSpan.FromHours(1));
        var lines = (await _page.LinesAsync()).Where(line => line.StartsWith("eventhub_end_to_end_latency_seconds", StringComparison.Ordinal)).ToList();
        string[] bounds = ["0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf"];
        int[] counts = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3];
        var expected = bounds.Zip(counts, (bound, count) => $"eventhub_end_to_end_latency_seconds_bucket{{subscriber=\"s\",le=\"{bound}\"}} {count}").ToList();
        expected.Add("eventhub_end_to_end_latency_seconds_sum{subscriber=\"s\"} 3607.002");
        expected.Add("eventhub_end_to_end_latency_seconds_count{subscriber=\"s\"} 3");
        Assert.Equal(expected, lines);
    }

    [Fact]
    public async Task Counters_go_on_from_scrape_to_scrape()
    {
        _page.Metrics.EventReceived("a.b", "api");
        Assert.Contains("eventhub_events_received_total{event_type=\"a.b\"} 1", await _page.LinesAsync());
        _page.Metrics.EventReceived("a.b", "api");
        _page.Metrics.EventReceived("a.b", "other-source");
        var lines = await _page.LinesAsync();
        Assert.Contains("eventhub_events_received_total{event_type=\"a.b\"} 3", lines);
        Assert.Contains("eventbroker_events_published_total{source=\"api\",type=\"a.b\"} 2", lines);
    }

    [Fact]
    public async Task Order_does_not_depend_on_who_came_first()
    {
        using var other = new MetricsPage();
        foreach (var type in (string[])["b", "a", "c"]) _page.Metrics.EventReceived(type, "api");
        foreach (var type in (string[])["c", "a", "b"]) other.Metrics.EventReceived(type, "api");
        Assert.Equal(await _page.LinesAsync(), await other.LinesAsync());
    }

    [Fact]
    public async Task Hubs_in_one_process_keep_apart()
    {
        using var other = new MetricsPage();
        _page.Metrics.EventReceived("mine", "api");
        other.Metrics.EventReceived("theirs", "api");
        Assert.DoesNotContain("mine", await other.ScrapeAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", await _page.ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_at_once_each_get_a_whole_page()
    {
        RecordEverything("user.created", "api", "crm");
        var expected = await _page.LinesAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(_page.LinesAsync, TestContext.Current.CancellationToken)));
        Assert.All(pages, page => Assert.Equal(expected, page));
    }

    [Fact]
    public async Task Past_the_cap_labels_say_other_and_nothing_else_changes()
    {
        for (var i = 0; i < HubMetrics.MaxTypes + 500; i++) _page.Metrics.EventReceived($"type.n{i}", $"source-{i}");
        for (var i = 0; i < HubMetrics.MaxSubscribers + 10; i++)
            foreach (var status in Enum.GetValues<DeliveryMetricStatus>()) _page.Metrics.Delivered($"subscriber-{i}", status, TwoMilliseconds);
        var lines = await _page.LinesAsync();
        Assert.Contains("eventhub_events_received_total{event_type=\"other\"} 500", lines);
        Assert.Contains("eventbroker_events_published_total{source=\"other\",type=\"other\"} 500", lines);
        Assert.Contains("eventhub_messages_delivered_total{status=\"http_error\",subscriber=\"other\"} 10", lines);
        Assert.DoesNotContain(lines, line => line.Contains("overflow", StringComparison.Ordinal));
        Assert.Equal(HubMetrics.MaxTypes + 1, lines.Count(line => line.StartsWith("eventhub_events_received_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Subscribers_of_one_name_add_up_and_those_gone_read_zero()
    {
        _page.Metrics.Observe(() => [new("twin", 1, 10, 5, 0), new("twin", 2, 20, 3, 1)]);
        var lines = await _page.LinesAsync();
        Assert.Contains("eventhub_pending_messages{subscriber=\"twin\"} 3", lines);
        Assert.Contains("eventhub_subscription_lag_events{subscriber=\"twin\"} 30", lines);
        Assert.Contains("eventhub_subscription_oldest_age_seconds{subscriber=\"twin\"} 5", lines);
        _page.Metrics.Observe(() => []);
        Assert.Contains("eventhub_pending_messages{subscriber=\"twin\"} 0", await _page.LinesAsync());
    }

    [Fact]
    public async Task Consumers_are_bounded_in_number_and_those_gone_read_zero()
    {
        _page.Metrics.ObserveConsumers(() => Enumerable.Range(0, HubMetrics.MaxConsumers + 3).Select(i => ($"c{i}", 2L)));
        var lines = await _page.LinesAsync();
        Assert.Contains("eventhub_consumer_lag_events{consumer=\"c0\"} 2", lines);
        Assert.Contains("eventhub_consumer_lag_events{consumer=\"other\"} 6", lines);
        Assert.Equal(HubMetrics.MaxConsumers + 1, lines.Count(line => line.StartsWith("eventhub_consumer_lag_events{", StringComparison.Ordinal)));
        _page.Metrics.ObserveConsumers(() => []);
        Assert.Contains("eventhub_consumer_lag_events{consumer=\"c0\"} 0", await _page.LinesAsync());
    }

    private void RecordEverything(string type, string source, string subscriber)
    {
        var metrics = _page.Metrics;
        metrics.EventReceived(type, source);
        foreach (var status in Enum.GetValues<DeliveryMetricStatus>()) metrics.Delivered(subscriber, status, TwoMilliseconds);
        metrics.EndToEnd(subscriber, TwoMilliseconds);
        metrics.Processed(source, type, "complete", TwoMilliseconds);
        metrics.ApiRequest("/events/{id}", 200, TwoMilliseconds);
        metrics.Observe(() => [new(subscriber, 1, 2, 3.5, 4)]);
        metrics.ObserveConsumers(() => [(subscriber, 5)]);
        metrics.ObserveQueueSize(() => 7);
        metrics.ObserveOutbox(() => (8, 0.002));
    }
}
