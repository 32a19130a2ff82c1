using System.Text;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>What the real server sends to a collector.</summary>
public sealed class TelemetryTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Theory]
    [InlineData("http/protobuf", "/v1/traces", "/v1/metrics")]
    [InlineData("grpc", "TraceService/Export", "MetricsService/Export")]
    public async Task Traces_and_metrics_reach_a_collector(string protocol, string traces, string metrics)
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var collector = await Collector.StartAsync(isGrpc: protocol == "grpc");
        await using var server = await ServerProcess.StartAsync(data.Path, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_SERVICE_NAME"] = "hub-under-test",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, name = "traced-webhook" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("""{"type":"order.paid","payload":1}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using var published = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(202, (int)published.StatusCode);

        // The publish and the delivery in the publisher's trace, and so the webhook's request.
        await ReceivedAsync(traces, "hub-under-test", "publish order.paid", "deliver order.paid", "traced-webhook", "eventhub.dispatch.id");
        Assert.True(Contains(collector.All(traces), Convert.FromHexString(TraceId)));
        Assert.StartsWith($"00-{TraceId}-", receiver.Requests.Single().Headers["traceparent"].ToString(), StringComparison.Ordinal);
        await ReceivedAsync(metrics, "hub-under-test", "eventhub.events.received", "eventhub.messages.delivered", "eventhub.delivery.latency", "order.paid", "traced-webhook");

        // What is left is sent at the end.
        var before = collector.Messages.Count;
        Assert.Equal(0, await server.StopAsync());
        Assert.True(collector.Messages.Count > before);

        Task ReceivedAsync(string path, params string[] texts) =>
            Eventually.IsTrueAsync(() => Task.FromResult(collector.All(path) is var all && Array.TrueForAll(texts, text => Contains(all, Encoding.UTF8.GetBytes(text)))));
    }

    [Fact]
    public async Task A_collector_that_cannot_be_reached_disturbs_nothing()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            data.Path, new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1", ["OTEL_BSP_SCHEDULE_DELAY"] = "50", ["OTEL_METRIC_EXPORT_INTERVAL"] = "100" });
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" } });
        for (var n = 0; n < 20; n++) await server.PostAsync("/events", new { type = "order.paid", payload = n });
        await receiver.WaitUntilAsync(requests => requests.Count == 20);
        Assert.Equal(0, await server.StopAsync());
    }

    private static bool Contains(byte[] all, byte[] part) => all.AsSpan().IndexOf(part) >= 0;
}
