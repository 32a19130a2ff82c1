using EventHub.AspNetCore.Hosting;
using EventHub.Log;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>
/// One client reading a stream: writes what there is, waits for more, and tells the client now and then that it is still there. A client that does
/// not take what is written is disconnected; all it ever holds up is its own connection.
/// </summary>
internal sealed class StreamConnection
{
    private const int PageEvents = 256;

    // What is written between flushes: a page of small events goes out at once, large ones one by one.
    private const long FlushBytes = 32 * 1024;

    private readonly HttpContext _context;
    private readonly EventStream _stream;
    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SseWriter _writer;
    private long _saidPosition;
    private long _lastBeat;
    private long _lastId;
    private bool _isAborted;

    public StreamConnection(HttpContext context, EventStream stream, StreamOptions options, TimeProvider time, ILogger logger)
    {
        (_context, _stream, _options, _time, _logger) = (context, stream, options, time, logger);
        _writer = new SseWriter(context.Response.BodyWriter, stream.Epoch);
    }

    /// <summary>Asked at every heartbeat whether the stream may go on.</summary>
    public Func<CancellationToken, ValueTask<bool>> MayGoOn { get; init; } = static _ => new ValueTask<bool>(true);

    /// <summary>
    /// The client is told where it begins, so that it can resume from there when it loses its connection before the first event. One that said itself
    /// where to begin will say so again.
    /// </summary>
    public bool SaysWhereItBegins { get; init; }

    /// <summary>Serves the stream until the client goes or <paramref name="stopping"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted, stopping);
        try
        {
            await BeginAsync(ending.Token);
            while (!_stream.IsOver)
            {
                await WriteNewAsync(ending.Token);
                if (!await BeatAsync(ending.Token)) break;
                if (_writer.Unflushed > 0) await FlushAsync(ending.Token);
                if (!_stream.IsBehind) await _stream.WaitAsync(UntilNextBeat(), ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            if (_isAborted || !stopping.IsCancellationRequested) return;
        }
        catch (StorageException e)
        {
            // The client comes back, and learns from the next answer how things are.
            HttpLog.StreamFailed(_logger, _context.Request.Path, e.Message);
        }

        _writer.Retry(_options.ReconnectDelay * (1 + (2 * Random.Shared.NextDouble())));
        _ = await _writer.FlushAsync(_context.RequestAborted);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var response = _context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        _context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Our own deadline holds: Kestrel's would allow a slow reader more time the more it has not read.
        if (_context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        _lastBeat = _lastId = _time.GetTimestamp();
        _saidPosition = _stream.Position;
        _writer.Connected();
        if (_stream.Reset is { } reset) _writer.Reset(reset, _stream.Position);
        else if (SaysWhereItBegins) _writer.Position(_stream.Position);
        await FlushAsync(cancellationToken);
    }

    private async ValueTask WriteNewAsync(CancellationToken cancellationToken)
    {
        var page = await _stream.ReadAsync(PageEvents, cancellationToken);
        if (page.Reset is { } reset)
        {
            _writer.Reset(reset, page.Through);
            _saidPosition = page.Through;
        }

        for (var i = 0; i < page.Events.Count; i++)
        {
            _writer.Event(page.Events[i]);
            _saidPosition = page.Events[i].Sequence;
            if (_writer.Unflushed >= FlushBytes) await FlushAsync(cancellationToken);
        }
    }

    /// <summary>What is due by the clock: the resume point of a client that got nothing while the log went on, and the heartbeat.</summary>
    private async ValueTask<bool> BeatAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (_stream.Position > _saidPosition && _time.GetElapsedTime(_lastId, now) >= _options.ResumePointInterval)
        {
            _writer.Position(_stream.Position);
            _saidPosition = _stream.Position;
            _lastId = now;
        }

        if (_time.GetElapsedTime(_lastBeat, now) < _options.HeartbeatInterval) return true;
        _writer.Comment();
        _lastBeat = now;
        return await MayGoOn(cancellationToken);
    }

    private TimeSpan UntilNextBeat()
    {
        var now = _time.GetTimestamp();
        var wait = _options.HeartbeatInterval - _time.GetElapsedTime(_lastBeat, now);
        if (_stream.Position > _saidPosition)
        {
            var untilId = _options.ResumePointInterval - _time.GetElapsedTime(_lastId, now);
            if (untilId < wait) wait = untilId;
        }

        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var flush = _writer.FlushAsync(_context.RequestAborted);
        if (!flush.IsCompletedSuccessfully) return WaitForReaderAsync(flush.AsTask(), cancellationToken);
        _ = flush.Result;
        return default;
    }

    private async ValueTask WaitForReaderAsync(Task flush, CancellationToken cancellationToken)
    {
        try
        {
            await flush.WaitAsync(_options.WriteTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (e is TimeoutException) HttpLog.ReaderStuck(_logger, _context.Request.Path, _options.WriteTimeout.TotalSeconds);
            // What is in the buffers can only be thrown away.
            _isAborted = true;
            _context.Abort();
            throw new OperationCanceledException("The reader did not take what was written.", e);
        }
    }
}
