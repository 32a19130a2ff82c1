using EventHub.Diagnostics;
using EventHub.Events;
using EventHub.Hosting;
using EventHub.Log;
using EventHub.Storage;

namespace EventHub.Publishing;

/// <summary>The one way in: every publish path meets here. Validates, dedupes, admits, appends.</summary>
public sealed class Publisher
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);
    private readonly Appender _appender;
    private readonly EventIdGenerator _ids;
    private readonly HubOptions _options;
    private readonly HubMetrics _metrics;
    private readonly TimeProvider _time;
    private volatile bool _isOpen;

    internal Publisher(Appender appender, EventIdGenerator ids, HubOptions options, HubMetrics metrics, TimeProvider time)
    {
        _appender = appender;
        _ids = ids;
        _options = options;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Most events in a batch.</summary>
    public static int MaxBatch => EventValidator.MaxBatch;

    /// <summary>Publishes one event; durable to the store's level when accepted. Cancelled before it was taken up: nothing happened; after: it finishes.</summary>
    public ValueTask<PublishResult> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newEvent);
        List<FieldError>? errors = null;
        EventValidator.Validate(newEvent, null, _options.MaxEventBytes, ref errors);
        if (!newEvent.IsTrustedJson) EventValidator.ValidateJson(newEvent, null, ref errors);
        if (errors is not null) return ValueTask.FromResult(new PublishResult { Status = PublishStatus.Invalid, Errors = errors });
        var now = _time.GetUtcNow();
        return AppendAsync(
            new AppendRequest
            {
                Events = [Build(newEvent, now)],
                EventKeys = newEvent.IdempotencyKey is { } key ? [Key(key, ContentHash.Of(newEvent), now)] : null,
                Now = now,
            },
            isBatch: false,
            cancellationToken);
    }

    /// <summary>Publishes 1 to 1000 events, all or none.</summary>
    /// <param name="newEvents">In order; each may have its own key.</param>
    /// <param name="idempotencyKey">Covers the batch: a repeat gets the original answers.</param>
    /// <param name="cancellationToken">As for <see cref="PublishAsync"/>.</param>
    public ValueTask<PublishResult> PublishBatchAsync(IReadOnlyList<NewEvent> newEvents, string? idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        var errors = ValidateBatch(newEvents, idempotencyKey);
        if (errors is not null) return ValueTask.FromResult(new PublishResult { Status = PublishStatus.Invalid, Errors = errors });
        var now = _time.GetUtcNow();
        var events = new Event[newEvents.Count];
        IdempotencyKey?[]? keys = null;
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = Build(newEvents[i], now);
            if (newEvents[i].IdempotencyKey is { } key) (keys ??= new IdempotencyKey?[events.Length])[i] = Key(key, ContentHash.Of(newEvents[i]), now);
        }

        var request = new AppendRequest
        {
            Events = events,
            EventKeys = keys,
            RequestKey = idempotencyKey is null ? null : Key(idempotencyKey, ContentHash.Of(newEvents), now),
            Now = now,
        };
        return AppendAsync(request, isBatch: true, cancellationToken);
    }

    /// <summary>Begins to take events in.</summary>
    internal void Open() => _isOpen = true;

    /// <summary>Takes no more events in: publishers get <see cref="PublishStatus.Unavailable"/>.</summary>
    internal void Close() => _isOpen = false;

    private List<FieldError>? ValidateBatch(IReadOnlyList<NewEvent> newEvents, string? idempotencyKey)
    {
        List<FieldError>? errors = null;
        if (newEvents.Count is 0 or > EventValidator.MaxBatch)
        {
            (errors ??= []).Add(new FieldError("events", $"are {newEvents.Count}; a batch holds 1 to {EventValidator.MaxBatch}"));
        }

        if (idempotencyKey is { Length: 0 or > 255 }) (errors ??= []).Add(new FieldError("idempotency_key", "must be 1 to 255 characters long"));
        for (var i = 0; i < newEvents.Count && errors is null or { Count: < 100 }; i++)
        {
            EventValidator.Validate(newEvents[i], i, _options.MaxEventBytes, ref errors);
            if (!newEvents[i].IsTrustedJson) EventValidator.ValidateJson(newEvents[i], i, ref errors);
        }

        return errors;
    }

    private async ValueTask<PublishResult> AppendAsync(AppendRequest request, bool isBatch, CancellationToken cancellationToken)
    {
        if (!_isOpen) return Unavailable("The hub is starting or stopping; try again.");
        AppendResult? result;
        try
        {
            result = await _appender.AppendAsync(request, cancellationToken);
        }
        catch (StorageException e) when (e.Failure is StorageFailure.Busy)
        {
            result = null;
        }
        catch (StorageException e)
        {
            return Unavailable(e.Message);
        }

        if (result is null) return new PublishResult { Status = PublishStatus.QueueFull, Error = "Too many events are waiting for the store; try again.", RetryAfter = s_retryAfter };
        if (result.ConflictIndex is { } index) return new PublishResult { Status = PublishStatus.Conflict, ConflictIndex = index };
        var isDuplicate = result.IsReplay || (!isBatch && result.Events[0].IsDuplicate);
        if (isDuplicate) return new PublishResult { Status = PublishStatus.Duplicate, Events = result.Events };
        Count(request.Events, result.Events);
        return new PublishResult { Status = PublishStatus.Accepted, Events = result.Events, Sources = request.Events };
    }

    private void Count(IReadOnlyList<Event> events, IReadOnlyList<AppendedEvent> places)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (!places[i].IsDuplicate) _metrics.EventReceived(events[i].Type, events[i].Source);
        }
    }

    private Event Build(NewEvent item, DateTimeOffset now)
    {
        var (schema, entity, operation) = (item.Schema, item.Entity, item.Operation);
        if (schema is null && entity is null && operation is null && EventType.TrySplit(item.Type, out var first, out var second, out var third))
        {
            (schema, entity, operation) = (first, second, third);
        }

        return new Event
        {
            Id = _ids.Next(now),
            Type = item.Type,
            Version = item.Version ?? "v1",
            Source = item.Source ?? "api",
            Subject = item.Subject,
            Payload = item.Payload,
            Metadata = item.Metadata,
            OrganizationId = item.OrganizationId,
            UserId = item.UserId,
            SessionId = item.SessionId,
            InstanceId = _options.InstanceId,
            Schema = schema,
            Entity = entity,
            Operation = operation,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            TraceParent = item.TraceParent,
            CloudEvent = item.CloudEvent?.ToJson() ?? default(ReadOnlyMemory<byte>),
        };
    }

    private IdempotencyKey Key(string key, byte[] hash, DateTimeOffset now) => new(key, hash, now + _options.IdempotencyWindow);

    private static PublishResult Unavailable(string why) => new() { Status = PublishStatus.Unavailable, Error = why, RetryAfter = s_retryAfter };
}
