using EventHub.Storage;

namespace EventHub.Log;

/// <summary>Opens streams: the way to read the log as it grows, for HTTP, consumers and programs that host the hub.</summary>
public sealed class EventStreams
{
    private readonly IEventLog _log;
    private readonly LogTail _tail;
    private readonly LogReader _reader;
    private readonly TimeProvider _time;

    internal EventStreams(IEventLog log, LogTail tail, LogReader reader, TimeProvider time) => (_log, _tail, _reader, _time) = (log, tail, reader, time);

    /// <summary>Opens a stream. One that cannot begin where it is asked to says so in <see cref="EventStream.Reset"/>.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="filter">Which events it gives.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="StorageException">The store could not be read.</exception>
    public async ValueTask<EventStream> OpenAsync(StreamStart start, EventFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(filter);
        var state = await _log.GetStateAsync(cancellationToken);
        var (position, reset) = start.Time is { } time
            ? (await _log.FindSequenceBeforeAsync(time, cancellationToken), null)
            : Resolve(start, state);
        return new EventStream(_reader, _log, _tail.Bell, _time, filter, new ResumePoint(state.Epoch, position), reset);
    }

    private (long Position, StreamReset? Reset) Resolve(StreamStart start, LogState state)
    {
        if (start.Position is { } position) return After(position, state);
        if (start.Sequence is { } sequence)
        {
            if (sequence <= 1) return (state.Trimmed, null);
            return After(sequence - 1, state);
        }

        if (start.ResumeFrom is not { } text) return (_tail.Head, null);
        if (!ResumePoint.TryParse(text, out var point)) return (_tail.Head, StreamReset.Invalid);
        return point.Epoch == state.Epoch ? After(point.Sequence, state) : (_tail.Head, StreamReset.Epoch);
    }

    private (long Position, StreamReset? Reset) After(long position, LogState state)
    {
        if (position < state.Trimmed) return (state.Trimmed, StreamReset.Trimmed);
        return position > state.Head ? (_tail.Head, StreamReset.Future) : (position, null);
    }
}
