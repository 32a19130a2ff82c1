using EventHub.Events;
using EventHub.Log;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Consumers;

/// <summary>
/// Consumers: named cursors the hub keeps, for clients that fetch their events in order and say how far they are. One client at a time has a
/// consumer. At least once: what was not acknowledged is given again.
/// </summary>
public sealed class ConsumerService
{
    /// <summary>How long a client with a name has a consumer after it asked last.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    private const string AnonymousPrefix = "anonymous-";
    private const long PageBytes = 4 * 1024 * 1024;

    // How often a client that waits renews its lease, and how long one that does not wait may be kept looking for an event that matches.
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestScan = TimeSpan.FromSeconds(5);
    private readonly IEventLog _log;
    private readonly IConsumerStore _store;
    private readonly EventStreams _streams;
    private readonly EventIdGenerator _ids;
    private readonly TimeProvider _time;

    internal ConsumerService(IHubStore store, EventStreams streams, EventIdGenerator ids, TimeProvider time) =>
        (_log, _store, _streams, _ids, _time) = (store.Log, store.Consumers, streams, ids, time);

    /// <summary>What is wrong with the name a client gives itself; <c>null</c> when nothing is.</summary>
    public static string? ValidateInstance(string instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return ConsumerRules.ValidateInstance(instance);
    }

    /// <summary>Creates a consumer, or changes which events one gets; where that one stands, and began, does not change.</summary>
    /// <param name="name">1 to 255 characters, none of them white space, control characters or a slash.</param>
    /// <param name="events">Patterns over event types, at least one.</param>
    /// <param name="start">Where a new one begins: <c>now</c>, <c>beginning</c>, a sequence (that event is the first) or a time.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The consumer and whether it is new, or what is wrong.</returns>
    public async ValueTask<(ConsumerInfo? Consumer, bool IsNew, IReadOnlyList<FieldError> Errors)> SaveAsync(
        string name, IReadOnlyList<string> events, string start, CancellationToken cancellationToken)
    {
        if (ConsumerRules.Validate(name, events, start) is { Count: > 0 } errors) return (null, false, errors);
        var change = new ConsumerChange
        {
            Name = name, Events = events, Start = start, StartAfter = await BeforeAsync(start, cancellationToken),
            Now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        var (consumer, isNew) = await _store.SaveAsync(change, cancellationToken);
        return (await InfoAsync(consumer, cancellationToken), isNew, []);
    }

    /// <summary>All consumers by name.</summary>
    public async ValueTask<IReadOnlyList<ConsumerInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var consumers = await _store.ListAsync(cancellationToken);
        var head = await HeadAsync(cancellationToken);
        return [.. consumers.Select(c => new ConsumerInfo(c, head))];
    }

    /// <summary>One of them, or <c>null</c>.</summary>
    public async ValueTask<ConsumerInfo?> FindAsync(string name, CancellationToken cancellationToken) =>
        await _store.FindAsync(name, cancellationToken) is { } found ? await InfoAsync(found, cancellationToken) : null;

    /// <summary>Deletes a consumer, whoever has it. False when there is none.</summary>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => _store.DeleteAsync(name, cancellationToken);

    /// <summary>The events after the cursor, in order; waits for one when there is none. Asking again gives the same until they are acknowledged.</summary>
    public async ValueTask<ConsumerAnswer> PollAsync(string name, ConsumerPoll poll, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(poll);
        var started = _time.GetTimestamp();

        // 1 The consumer has to be there, and free or the client's own.
        var client = poll.Instance ?? NewAnonymous();
        if (await _store.FindAsync(name, cancellationToken) is not { } consumer) return NotFound;
        if (consumer.Holder is not null && consumer.Holder != client) return await AnswerAsync(ConsumerResult.Held, consumer, cancellationToken);
        if (poll.Instance is not null && !IsFresh(consumer))
        {
            var refused = await RefusalAsync(await ClaimAsync(name, client, cancellationToken), cancellationToken);
            if (refused is not null) return refused;
        }

        // 2 What there is, or what comes.
        using var stream = await OpenAsync(consumer, cancellationToken);
        var page = new Page(stream.Reset);
        long? claimed = poll.Instance is null ? null : started;
        try
        {
            while (!await ReadAsync(stream, page, poll.MaxCount, started, poll.Wait, cancellationToken))
            {
                // 3 A client that waits has the consumer meanwhile.
                if (claimed is null || _time.GetElapsedTime(claimed.Value) >= s_renewal)
                {
                    claimed = _time.GetTimestamp();
                    var refused = await RefusalAsync(await ClaimAsync(name, client, cancellationToken), cancellationToken);
                    if (refused is not null) return refused;
                }

                var left = poll.Wait - _time.GetElapsedTime(started);
                await stream.WaitAsync(left < s_renewal ? left : s_renewal, cancellationToken);
            }

            // 4 What was looked at and is not the consumer's need not be looked at again.
            if (page.Events.Count == 0 && stream.Position > consumer.Cursor
                && await SkipAsync(name, client, consumer.Cursor, stream.Position, cancellationToken) is { } skipped)
            {
                consumer = skipped;
            }

            return await AnswerAsync(ConsumerResult.Done, consumer, cancellationToken) with { Events = page.Events, Reset = page.Reset };
        }
        finally
        {
            if (poll.Instance is null && claimed is not null) await ReleaseAsync(name, client);
        }
    }

    /// <summary>Acknowledges the events up to and including a sequence.</summary>
    /// <param name="name">The consumer.</param>
    /// <param name="instance">The client; <c>null</c> for one without a name.</param>
    /// <param name="sequence">From 0; not beyond the head.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    public async ValueTask<ConsumerAnswer> AckAsync(string name, string? instance, long sequence, CancellationToken cancellationToken)
    {
        if (sequence > await HeadAsync(cancellationToken))
        {
            return await _store.FindAsync(name, cancellationToken) is { } found ? await AnswerAsync(ConsumerResult.BeyondHead, found, cancellationToken) : NotFound;
        }

        return await MoveAsync(new ConsumerMove(name, sequence, instance ?? "") { IsForwardOnly = true }, cancellationToken);
    }

    /// <summary>Moves the cursor anywhere.</summary>
    /// <param name="name">The consumer.</param>
    /// <param name="instance">The client; <c>null</c> for one without a name.</param>
    /// <param name="to"><c>now</c>, <c>beginning</c>, a sequence (that event is the next) or a time.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <exception cref="FormatException"><paramref name="to"/> is none of these.</exception>
    public async ValueTask<ConsumerAnswer> SeekAsync(string name, string? instance, string to, CancellationToken cancellationToken)
    {
        var after = await BeforeAsync(to, cancellationToken) ?? await HeadAsync(cancellationToken);
        return await MoveAsync(new ConsumerMove(name, after, instance ?? ""), cancellationToken);
    }

    /// <summary>Opens the consumer's events as a stream; the answer is <see cref="ConsumerResult.Done"/> when there is one.</summary>
    public async ValueTask<(ConsumerStream? Stream, ConsumerAnswer Answer)> StreamAsync(string name, string? instance, CancellationToken cancellationToken)
    {
        var client = instance ?? NewAnonymous();
        var claim = await ClaimAsync(name, client, cancellationToken);
        if (await RefusalAsync(claim, cancellationToken) is { } refused) return (null, refused);
        var events = await OpenAsync(claim!.Consumer, cancellationToken);
        return (new ConsumerStream(this, name, client, instance is null, events), await AnswerAsync(ConsumerResult.Done, claim.Consumer, cancellationToken));
    }

    /// <summary>A name for a client in this process; no other has it.</summary>
    internal string NewInstance() => $"process-{_ids.Next():N}";

    /// <summary>Renews a client's lease. False when it was lost, or the consumer was deleted.</summary>
    internal async ValueTask<bool> KeepAsync(string name, string client, CancellationToken cancellationToken) =>
        await ClaimAsync(name, client, cancellationToken) is { Status: ConsumerStatus.Done };

    internal ValueTask<ConsumerOutcome?> ClaimAsync(string name, string client, CancellationToken cancellationToken) =>
        _store.ClaimAsync(name, client, LeaseDuration, cancellationToken);

    /// <summary>Moves the cursor past what is not the consumer's; not if it was moved meanwhile.</summary>
    internal async ValueTask<ConsumerRecord?> SkipAsync(string name, string client, long from, long to, CancellationToken cancellationToken) =>
        await _store.MoveAsync(new ConsumerMove(name, to, client) { IsForwardOnly = true, From = from }, cancellationToken) is { Status: ConsumerStatus.Done } moved
            ? moved.Consumer
            : null;

    internal async ValueTask ReleaseAsync(string name, string client)
    {
        try
        {
            await _store.ClaimAsync(name, client, TimeSpan.Zero, CancellationToken.None);
        }
        catch (StorageException)
        {
            // It runs out by itself.
        }
    }

    private static ConsumerAnswer NotFound { get; } = new(ConsumerResult.NotFound, null);

    /// <summary>Reads into the page until it is full, or there is no more for now. Whether the client is to be answered.</summary>
    private async ValueTask<bool> ReadAsync(EventStream stream, Page page, int maxCount, long started, TimeSpan wait, CancellationToken cancellationToken)
    {
        while (stream.IsBehind && page.Events.Count < maxCount && page.Bytes < PageBytes)
        {
            var read = await stream.ReadAsync(maxCount - page.Events.Count, cancellationToken);
            // What was given before events were removed stands; the client learns of it with the next ones.
            if (read.Reset is not null && page.Events.Count > 0) return true;
            page.Add(read);
            if (page.Events.Count == 0 && _time.GetElapsedTime(started) > wait + s_longestScan) return true;
        }

        return page.Events.Count > 0 || page.Reset is not null || stream.IsOver || _time.GetElapsedTime(started) >= wait;
    }

    private async ValueTask<ConsumerAnswer> MoveAsync(ConsumerMove move, CancellationToken cancellationToken)
    {
        // Clients without a name cannot be told apart: one of them may act for the one that has the consumer.
        if (move.Holder.Length == 0)
        {
            var holder = (await _store.FindAsync(move.Name, cancellationToken))?.Holder;
            move = move with { Holder = holder?.StartsWith(AnonymousPrefix, StringComparison.Ordinal) == true ? holder : NewAnonymous() };
        }

        if (await _store.MoveAsync(move, cancellationToken) is not { } outcome) return NotFound;
        var result = outcome.Status switch
        {
            ConsumerStatus.Held => ConsumerResult.Held,
            ConsumerStatus.Moved => ConsumerResult.Backward,
            _ => ConsumerResult.Done,
        };
        return await AnswerAsync(result, outcome.Consumer, cancellationToken);
    }

    private ValueTask<EventStream> OpenAsync(ConsumerRecord consumer, CancellationToken cancellationToken) =>
        _streams.OpenAsync(StreamStart.After(consumer.Cursor), new EventFilter { Types = [.. consumer.Events.Select(TypePattern.Parse)] }, cancellationToken);

    private async ValueTask<ConsumerAnswer?> RefusalAsync(ConsumerOutcome? claim, CancellationToken cancellationToken) => claim switch
    {
        null => NotFound,
        { Status: ConsumerStatus.Held } => await AnswerAsync(ConsumerResult.Held, claim.Consumer, cancellationToken),
        _ => null,
    };

    private async ValueTask<ConsumerAnswer> AnswerAsync(ConsumerResult result, ConsumerRecord consumer, CancellationToken cancellationToken) =>
        new(result, await InfoAsync(consumer, cancellationToken));

    private async ValueTask<ConsumerInfo> InfoAsync(ConsumerRecord consumer, CancellationToken cancellationToken) => new(consumer, await HeadAsync(cancellationToken));

    private async ValueTask<long> HeadAsync(CancellationToken cancellationToken) => (await _log.GetStateAsync(cancellationToken)).Head;

    /// <summary>The sequence before the first event wanted; <c>null</c>: the head.</summary>
    private async ValueTask<long?> BeforeAsync(string start, CancellationToken cancellationToken)
    {
        if (!SubscriptionStart.TryParse(start, out var parsed)) throw new FormatException($"'{start}' is not now, beginning, a sequence or a time");
        if (parsed.IsNow) return null;
        if (parsed.Time is { } time) return await _log.FindSequenceBeforeAsync(time, cancellationToken);
        // Of what is gone already nothing can be owed.
        return Math.Max((parsed.Sequence ?? 0) - 1, (await _log.GetStateAsync(cancellationToken)).Trimmed);
    }

    /// <summary>The client has it for long enough: no need to write down that it still does.</summary>
    private bool IsFresh(ConsumerRecord consumer) => consumer.HeldUntil - _time.GetUtcNow() > LeaseDuration - s_renewal;

    private string NewAnonymous() => $"{AnonymousPrefix}{_ids.Next():N}";

    /// <summary>The events of an answer, while they are gathered.</summary>
    private sealed class Page(StreamReset? reset)
    {
        public List<Event> Events { get; } = [];

        public StreamReset? Reset { get; private set; } = reset;

        public long Bytes { get; private set; }

        public void Add(StreamPage read)
        {
            Reset ??= read.Reset;
            Events.AddRange(read.Events);
            for (var i = 0; i < read.Events.Count; i++) Bytes += read.Events[i].Size;
        }
    }
}
