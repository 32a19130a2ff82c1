using EventHub.AspNetCore.Metrics;
using OpenTelemetry.Metrics;

namespace EventHub.Server.Tests.Metrics;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("eventhub.events.received", "", MetricType.LongSum, "eventhub_events_received_total")]
    [InlineData("already.total", "", MetricType.LongSum, "already_total")]
    [InlineData("latency", "s", MetricType.Histogram, "latency_seconds")]
    [InlineData("latency.seconds", "s", MetricType.Histogram, "latency_seconds")]
    [InlineData("cpu.time", "s", MetricType.DoubleSum, "cpu_time_seconds_total")]
    [InlineData("heap", "By", MetricType.LongGauge, "heap_bytes")]
    [InlineData("up.down", "{thing}", MetricType.LongSumNonMonotonic, "up_down")]
    [InlineData("odd--name..here", "1", MetricType.LongGauge, "odd_name_here")]
    [InlineData("2fast", "", MetricType.LongGauge, "_2fast")]
    public void Metrics_are_spelled_as_OpenTelemetry_says(string name, string unit, MetricType type, string expected) =>
        Assert.Equal(expected, PrometheusName.OfMetric(name, unit, type));

    [Theory]
    [InlineData("http.route", "http_route")]
    [InlineData("with:colon", "with_colon")]
    public void Labels_take_no_dots_and_no_colons(string name, string expected) => Assert.Equal(expected, PrometheusName.OfLabel(name));
}
