using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Log;

/// <summary>
/// One reader's way through the log, into the past as well as the future. It owns nothing but its place: nothing is queued for it, and one that
/// does not read costs nobody anything. Reads from memory what is new and from the store what is old, with neither gap nor duplicate between.
/// For one caller at a time.
/// </summary>
public sealed class EventStream : IDisposable
{
    /// <summary>Bytes of a page: bounds what a reader holds that got stuck while handing a page on.</summary>
    private const long PageBytes = 128 * 1024;

    private readonly LogReader _reader;
    private readonly IEventLog _log;
    private readonly Doorbell _bell;
    private readonly EventFilter _filter;
    private readonly AsyncSignal _signal = new();
    private readonly WakeTimer _timer;

    internal EventStream(LogReader reader, IEventLog log, Doorbell bell, TimeProvider time, EventFilter filter, ResumePoint position, StreamReset? reset)
    {
        (_reader, _log, _bell, _filter) = (reader, log, bell, filter);
        (Epoch, Position, LastEvent, Reset) = (position.Epoch, position.Sequence, position.Sequence, reset);
        _timer = new WakeTimer(time, _signal);
        _bell.Add(_signal);
    }

    /// <summary>Identity of the log.</summary>
    public string Epoch { get; }

    /// <summary>Everything up to this sequence has been read, or is not wanted.</summary>
    public long Position { get; private set; }

    /// <summary>Sequence of the last event it gave; before the first, where it began.</summary>
    public long LastEvent { get; private set; }

    /// <summary>Why it did not begin where it was asked to; <c>null</c> when it did.</summary>
    public StreamReset? Reset { get; }

    /// <summary>There is more to read now.</summary>
    public bool IsBehind => _reader.Head > Position;

    /// <summary>The hub has stopped: nothing will come any more.</summary>
    public bool IsOver => _bell.IsClosed;

    /// <summary>The next events; none at the head, or where the filter leaves none of those looked at. Does not wait for new ones.</summary>
    /// <param name="maxCount">At most this many; fewer when they are large.</param>
    /// <param name="cancellationToken">Stops the read; the place stays.</param>
    /// <exception cref="StorageException">The store could not be read; the place stays.</exception>
    public async ValueTask<StreamPage> ReadAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (!IsBehind) return new StreamPage([], Position);
        var read = new List<Event>((int)Math.Min(maxCount, _reader.Head - Position));
        if (!_reader.TryReadTail(Position, maxCount, PageBytes, read)) return await ReadStoreAsync(maxCount, cancellationToken);
        Position = read[^1].Sequence;
        if (!_filter.IsAll) read.RemoveAll(e => !_filter.Matches(e));
        return Give(read);
    }

    /// <summary>
    /// Waits until there is more to read, this long, or until the hub stops; may return early for no reason. Call it when there was nothing to read.
    /// </summary>
    public async ValueTask WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (IsBehind || IsOver) return;
        _timer.SetIn((long)Math.Ceiling(timeout.TotalMilliseconds));
        await using (cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _signal))
        {
            await _signal.WaitAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bell.Remove(_signal);
        _timer.Dispose();
    }

    private async ValueTask<StreamPage> ReadStoreAsync(int maxCount, CancellationToken cancellationToken)
    {
        var page = await _reader.ReadStoreAsync(Position, maxCount, PageBytes, _filter.Types, cancellationToken);
        // Asked after the read: when nothing this reader had not read was gone by now, nothing was missing from the page.
        var trimmed = (await _log.GetStateAsync(cancellationToken)).Trimmed;
        if (Position < trimmed)
        {
            Position = trimmed;
            return new StreamPage([], trimmed, StreamReset.Trimmed);
        }

        Position = page.Through;
        return Give(_filter.Source is null ? page.Events : [.. page.Events.Where(_filter.Matches)]);
    }

    private StreamPage Give(IReadOnlyList<Event> events)
    {
        if (events.Count > 0) LastEvent = events[^1].Sequence;
        return new StreamPage(events, Position);
    }
}
