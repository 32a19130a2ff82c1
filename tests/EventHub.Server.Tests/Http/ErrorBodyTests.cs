using System.Diagnostics.Metrics;
using EventHub.Diagnostics;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventHub.Server.Tests.Http;

/// <summary>Every error body is problem+json, whoever made the error.</summary>
public sealed class ErrorBodyTests
{
    [Theory]
    [InlineData("GET", "/nothing/here", 404)]
    [InlineData("DELETE", "/events", 405)]
    [InlineData("PUT", "/events/batch", 405)]
    [InlineData("GET", "/throws", 500)]
    [InlineData("GET", "/busy", 503)]
    [InlineData("GET", "/bad", 418)]
    [InlineData("GET", "/bare", 403)]
    public async Task Of_the_framework_and_of_exceptions(string method, string path, int status)
    {
        await using var hub = await HubHost.StartAsync(map: app =>
        {
            app.MapGet("/throws", (RequestDelegate)(_ => throw new InvalidOperationException("the secret inside")));
            app.MapGet("/busy", (RequestDelegate)(_ => throw new StorageException(StorageFailure.Busy, "x")));
            app.MapGet("/bad", (RequestDelegate)(_ => throw new BadHttpRequestException("x", 418)));
            app.MapGet("/bare", (RequestDelegate)(context =>
            {
                context.Response.StatusCode = 403;
                return Task.CompletedTask;
            }));
        });
        var answer = await hub.SendAsync(new HttpMethod(method), path);
        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.ErrorFields());
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        if (status == 405) Assert.NotEmpty(answer.Header("Allow"));
        if (status == 503) Assert.Equal("1", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Requests_are_measured_by_route_never_by_path()
    {
        await using var hub = await HubHost.StartAsync();
        var meter = hub.Services.GetRequiredService<HubMetrics>().Meter;
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "eventhub.api.request.duration") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            lock (seen) seen.Add(string.Join(" ", tags.ToArray().Select(t => t.Value)));
        });
        listener.Start();
        await hub.GetAsync("/events/01990000-0000-7000-8000-000000000001");
        await hub.GetAsync("/some/path/nobody/knows");
        await hub.PostAsync("/events", """{"type":"a","payload":1}""");
        // The measurement follows the answer; the host has ended every request when it is disposed.
        await hub.DisposeAsync();
        Assert.Equal(["/events 202", "/events/{id} 404", "unmatched 404"], seen.Order(StringComparer.Ordinal));
    }
}
