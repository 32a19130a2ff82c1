using System.Diagnostics.Metrics;
using System.Globalization;

namespace EventHub.Diagnostics;

/// <summary>
/// All metrics of a hub, on a <see cref="System.Diagnostics.Metrics.Meter"/> named <c>EventHub</c> that belongs to this hub alone, so that several hubs in one
/// process can be told apart by the meter. The OpenTelemetry to Prometheus mapping of the instruments' names and units gives the names of the
/// documented metrics. Recording allocates nothing once a label value is known; label values are bounded (see <see cref="MaxTypes"/> and its neighbours).
/// </summary>
public sealed class HubMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "EventHub";

    /// <summary>Different values of <c>event_type</c> and <c>type</c>; more become <c>other</c>.</summary>
    public const int MaxTypes = 1000;

    /// <summary>Different values of <c>source</c>; more become <c>other</c>.</summary>
    public const int MaxSources = 1000;

    /// <summary>Different pairs of source and type; more become <c>other</c>, <c>other</c>.</summary>
    public const int MaxSourceTypePairs = 2000;

    /// <summary>Different values of <c>subscriber</c> over the life of the process; more become <c>other</c>.</summary>
    public const int MaxSubscribers = 2000;

    /// <summary>Different values of <c>consumer</c> over the life of the process; more become <c>other</c>.</summary>
    public const int MaxConsumers = 1000;

    /// <summary>Different values of <c>route</c>; more become <c>other</c>.</summary>
    public const int MaxRoutes = 200;

    private const int MaxResultStatuses = 16;

    private static readonly string[] StatusCodes = [.. Enumerable.Range(0, 600).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    private readonly LabelLimiter _types = new(MaxTypes);
    private readonly LabelLimiter _sources = new(MaxSources);
    private readonly LabelPairLimiter _pairs = new(MaxSourceTypePairs);
    private readonly LabelLimiter _routes = new(MaxRoutes);
    private readonly LabelLimiter _resultStatuses = new(MaxResultStatuses);
    private readonly LabelLimiter _subscribers = new(MaxSubscribers);

    private readonly Counter<long> _received;
    private readonly Counter<long> _published;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _processed;
    private readonly Histogram<double> _deliveryLatency;
    private readonly Histogram<double> _endToEndLatency;
    private readonly Histogram<double> _processingDuration;
    private readonly Histogram<double> _requestDuration;
    private readonly SubscriberGaugeReader _gauges;
    private readonly ConsumerLagReader _consumerLags = new(new LabelLimiter(MaxConsumers));

    private Func<long> _queueSize = static () => 0;
    private Func<(long Waiting, double OldestAgeSeconds)>? _outbox;

    /// <summary>Creates the meter and its instruments.</summary>
    public HubMetrics()
    {
        Meter = new Meter(MeterName);
        _received = Meter.CreateCounter<long>("eventhub.events.received", description: "Events accepted, by type.");
        _published = Meter.CreateCounter<long>("eventbroker.events.published", description: "Events accepted, by source and type.");
        _delivered = Meter.CreateCounter<long>("eventhub.messages.delivered", description: "Delivery attempts ended, by subscriber and how they ended.");
        _processed = Meter.CreateCounter<long>("eventbroker.events.processed", description: "Dispatches ended, by source, type and result.");
        _deliveryLatency = Meter.CreateHistogram<double>("eventhub.delivery.latency", "s", "Time one delivery attempt took.");
        _endToEndLatency = Meter.CreateHistogram<double>("eventhub.end.to.end.latency", "s", "Time from an event's append to its delivery.");
        _processingDuration = Meter.CreateHistogram<double>("eventbroker.event.processing.duration", "s", "Time from an event's append to the end of a dispatch of it.");
        _requestDuration = Meter.CreateHistogram<double>("eventhub.api.request.duration", "s", "Time the hub took to answer an HTTP request.");
        _gauges = new SubscriberGaugeReader(_subscribers);
        Meter.CreateObservableGauge("eventhub.pending.messages", () => _gauges.Read(static g => g.Pending), description: "Dispatches not ended: in flight, waiting, retrying or parked.");
        Meter.CreateObservableGauge("eventhub.subscription.lag.events", () => _gauges.Read(static g => g.LagEvents), description: "Events between the subscription's floor and the head of the log.");
        Meter.CreateObservableGauge("eventhub.subscription.oldest.age", () => _gauges.Read(static g => g.OldestAgeSeconds), "s", "Age of the oldest event the subscription is still owed.");
        Meter.CreateObservableGauge("eventhub.consumer.lag.events", _consumerLags.Read, description: "Events between the consumer's cursor and the head of the log.");
        Meter.CreateObservableGauge("eventhub.dlq.size", () => _gauges.Read(static g => g.DeadLetters), description: "Dead letters.");
        Meter.CreateObservableGauge("eventhub.outbox.waiting.events", () => Outbox(static o => o.Waiting), description: "Events that transactions published and no hub has taken into the log yet.");
        Meter.CreateObservableGauge("eventhub.outbox.oldest.age", () => Outbox(static o => o.OldestAgeSeconds), "s", "Age of the oldest of them.");
        Meter.CreateObservableGauge("eventbroker.queue.size", () => Volatile.Read(ref _queueSize)(), description: "Events waiting for the store.");
    }

    /// <summary>The meter of this hub.</summary>
    public Meter Meter { get; }

    /// <summary>An event was accepted (<c>eventhub_events_received_total</c>, <c>eventbroker_events_published_total</c>).</summary>
    public void EventReceived(string type, string source)
    {
        type = _types.Limit(type);
        _received.Add(1, Tag("event_type", type));
        if (!_published.Enabled) return;
        var pair = _pairs.Limit(_sources.Limit(source), type);
        _published.Add(1, Tag("source", pair.First), Tag("type", pair.Second));
    }

    /// <summary>A delivery attempt ended (<c>eventhub_messages_delivered_total</c>, <c>eventhub_delivery_latency_seconds</c>).</summary>
    public void Delivered(string subscriber, DeliveryMetricStatus status, TimeSpan latency)
    {
        subscriber = _subscribers.Limit(subscriber);
        _delivered.Add(1, Tag("subscriber", subscriber), Tag("status", Text(status)));
        _deliveryLatency.Record(latency.TotalSeconds, Tag("subscriber", subscriber));
    }

    /// <summary>An event was delivered this long after its append (<c>eventhub_end_to_end_latency_seconds</c>).</summary>
    public void EndToEnd(string subscriber, TimeSpan latency) =>
        _endToEndLatency.Record(latency.TotalSeconds, Tag("subscriber", _subscribers.Limit(subscriber)));

    /// <summary>A dispatch ended (<c>eventbroker_events_processed_total</c>, <c>eventbroker_event_processing_duration_seconds</c>).</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="type">The event's type.</param>
    /// <param name="status">Its result, for example <c>complete</c>.</param>
    /// <param name="duration">From append to result.</param>
    public void Processed(string source, string type, string status, TimeSpan duration)
    {
        if (!_processed.Enabled && !_processingDuration.Enabled) return;
        var pair = _pairs.Limit(_sources.Limit(source), _types.Limit(type));
        _processed.Add(1, Tag("source", pair.First), Tag("type", pair.Second), Tag("status", _resultStatuses.Limit(status)));
        _processingDuration.Record(duration.TotalSeconds, Tag("source", pair.First), Tag("type", pair.Second));
    }

    /// <summary>An HTTP request was answered (<c>eventhub_api_request_duration_seconds</c>).</summary>
    /// <param name="route">The route's pattern, never the request's path.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="duration">Until the answer was sent.</param>
    public void ApiRequest(string route, int statusCode, TimeSpan duration) =>
        _requestDuration.Record(duration.TotalSeconds, Tag("route", _routes.Limit(route)), Tag("status", (uint)statusCode < StatusCodes.Length ? StatusCodes[statusCode] : LabelLimiter.Other));

    /// <summary>
    /// Sets where the gauges by subscriber come from. Called at every read of the metrics, once per gauge: it answers from memory. Subscribers of one
    /// name are added up; a subscriber that is no longer among them reads zero.
    /// </summary>
    public void Observe(Func<IEnumerable<SubscriberGauges>> read) => _gauges.Source = read;

    /// <summary>Sets where <c>eventhub_consumer_lag_events</c> comes from. Called at every read of the metrics: it answers from memory.</summary>
    public void ObserveConsumers(Func<IEnumerable<(string Consumer, long LagEvents)>> read) => _consumerLags.Source = read;

    /// <summary>
    /// Sets where <c>eventhub_outbox_waiting_events</c> and <c>eventhub_outbox_oldest_age_seconds</c> come from; without it there are none. Called at every read of the
    /// metrics: it answers from memory.
    /// </summary>
    public void ObserveOutbox(Func<(long Waiting, double OldestAgeSeconds)> read) => Volatile.Write(ref _outbox, read);

    /// <summary>Sets where <c>eventbroker_queue_size</c> comes from: the events waiting for the store.</summary>
    public void ObserveQueueSize(Func<long> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        Volatile.Write(ref _queueSize, read);
    }

    /// <summary>Ends the meter: its instruments go away from every exporter.</summary>
    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<T>> Outbox<T>(Func<(long Waiting, double OldestAgeSeconds), T> of)
        where T : struct => Volatile.Read(ref _outbox) is { } read ? [new Measurement<T>(of(read()))] : [];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static string Text(DeliveryMetricStatus status) => status switch
    {
        DeliveryMetricStatus.Success => "success",
        DeliveryMetricStatus.HttpError => "http_error",
        DeliveryMetricStatus.NetworkError => "network_error",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
