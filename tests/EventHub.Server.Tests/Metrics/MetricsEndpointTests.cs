using EventHub.AspNetCore.Metrics;
using EventHub.Diagnostics;
using EventHub.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Tests.Metrics;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task The_page_has_the_content_type_of_the_text_format_and_counts_from_the_start()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        new EventHubBuilder(builder.Services).AddHubTelemetry().AddHubTelemetry();
        await using var app = builder.Build();
        MetricsEndpoints.Map(app);
        await app.StartAsync(cancellationToken);
        app.Services.GetRequiredService<HubMetrics>().EventReceived("before.the.first.scrape", "api");

        using var client = new HttpClient();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var response = await client.GetAsync($"{address}/metrics", cancellationToken);
        var page = await response.Content.ReadAsStringAsync(cancellationToken);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("eventhub_events_received_total{event_type=\"before.the.first.scrape\"} 1\n", page, StringComparison.Ordinal);
        Assert.Equal("", await Promtool.CheckAsync(page));
    }
}
