using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Diagnostics;

/// <summary>What a hub measures of events that are delivered, fail and wait.</summary>
public sealed class HubMetricsTests
{
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();

    [Fact]
    public async Task A_delivered_and_a_failed_event_are_counted()
    {
        await using var hub = await TestHub.StartAsync();
        using var listener = Listen(hub);
        hub.Destination.Answer = (request, _) => new(new AttemptOutcome((request.Event.Type, request.Attempt) switch
        {
            ("bad", 1) => AttemptKind.NetworkError,
            ("bad", _) => AttemptKind.Failed,
            _ => AttemptKind.Complete,
        }));
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Retry = new RetrySettings { Limit = 1, Schedule = [TimeSpan.Zero] } } });
        await hub.DispatchAsync(await hub.PublishAsync("good"), DispatchStatus.Complete);
        await hub.DispatchAsync(await hub.PublishAsync("bad"), DispatchStatus.Failed);
        Dictionary<string, double> expected = new()
        {
            ["eventhub.events.received{event_type=good}"] = 1,
            ["eventhub.events.received{event_type=bad}"] = 1,
            ["eventbroker.events.published{source=api,type=good}"] = 1,
            ["eventbroker.events.published{source=api,type=bad}"] = 1,
            ["eventhub.messages.delivered{subscriber=s,status=success}"] = 1,
            ["eventhub.messages.delivered{subscriber=s,status=http_error}"] = 1,
            ["eventhub.messages.delivered{subscriber=s,status=network_error}"] = 1,
            ["eventbroker.events.processed{source=api,type=good,status=complete}"] = 1,
            ["eventbroker.events.processed{source=api,type=bad,status=failed}"] = 1,
        };
        Assert.Equal(expected.OrderBy(p => p.Key), _sums.Where(p => !p.Key.Contains("duration") && !p.Key.Contains("latency")).OrderBy(p => p.Key));
        Assert.Equal(3, _counts["eventhub.delivery.latency{subscriber=s}"]);
        Assert.Equal(1, _counts["eventhub.end.to.end.latency{subscriber=s}"]);
        Assert.Equal(1, _counts["eventbroker.event.processing.duration{source=api,type=bad}"]);
    }

    [Fact]
    public async Task The_gauges_show_what_waits_how_old_it_is_and_what_died()
    {
        var clock = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions, clock);
        using var listener = Listen(hub);
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected);
        await hub.SubscribeAsync("dead", "a");
        await hub.SubscribeAsync("held", "*", s => s with { Paused = true });
        await hub.PublishAsync("a");
        await hub.PublishAsync("b");
        await hub.Destination.WaitForAsync(1);
        await Eventually.IsTrueAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return Value("eventhub.dlq.size{subscriber=dead}") == 1 && Value("eventhub.subscription.lag.events{subscriber=held}") == 2
                    && Value("eventhub.subscription.oldest.age{subscriber=held}") >= 10 && Value("eventhub.pending.messages{subscriber=held}") == 2
                    && Value("eventhub.subscription.lag.events{subscriber=dead}") == 0 && Value("eventhub.dlq.size{subscriber=held}") == 0;
            },
            clock,
            TimeSpan.FromSeconds(1));

        double Value(string name) => _sums.GetValueOrDefault(name, -1);
    }

    private MeterListener Listen(TestHub hub)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == hub.Metrics.Meter) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach (var (name, text) in tags) labels.Add($"{name}={text}");
        var key = $"{instrument.Name}{{{string.Join(',', labels)}}}";
        _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
        if (instrument.IsObservable) _sums[key] = value;
        else _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
    }
}
