using System.Runtime.CompilerServices;
using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.Log;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Rpc;

/// <summary>
/// Streams the log to clients: what there is, then what comes. What a client was not sent yet lies in the log, not in a queue: SignalR asks for the next
/// item when the connection has taken the one before, so a client that is slow costs a page of events and the connection's own buffers.
/// </summary>
internal sealed class RpcStreams(EventStreams streams, StreamSlots slots, StreamOptions options, TimeProvider time, ILogger<RpcStreams> logger)
{
    private const int PageEvents = 256;

    /// <summary>One client's stream.</summary>
    /// <param name="request">What it asked for.</param>
    /// <param name="client">Counts its streams.</param>
    /// <param name="cancellationToken">The client has gone, or had enough.</param>
    /// <exception cref="HubException">The stream ends: the client comes back and resumes.</exception>
    public async IAsyncEnumerable<RawJson> ReadAsync(StreamRequest request, RpcClientState client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        client.EnterStream();
        try
        {
            if (!slots.TryEnter()) throw slots.Refusal.Exception();
            try
            {
                using var stream = await GuardAsync(streams.OpenAsync(request.Start, request.Filter, cancellationToken));
                yield return RpcStreamJson.Connected;
                yield return stream.Reset is { } reset ? RpcStreamJson.Reset(stream.Epoch, stream.Position, reset) : RpcStreamJson.Position(stream.Epoch, stream.Position);
                await foreach (var item in FollowAsync(stream, cancellationToken)) yield return item;
            }
            finally
            {
                slots.Leave();
            }
        }
        finally
        {
            client.LeaveStream();
        }
    }

    private async IAsyncEnumerable<RawJson> FollowAsync(EventStream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = stream.Position;
        var toldAt = time.GetTimestamp();
        while (!stream.IsOver)
        {
            var page = await GuardAsync(stream.ReadAsync(PageEvents, cancellationToken));
            if (page.Reset is { } reset)
            {
                told = page.Through;
                yield return RpcStreamJson.Reset(stream.Epoch, page.Through, reset);
            }

            for (var i = 0; i < page.Events.Count; i++)
            {
                told = page.Events[i].Sequence;
                yield return RpcStreamJson.Event(stream.Epoch, page.Events[i]);
            }

            // Where a client whose filter let nothing through resumes from.
            if (stream.Position > told && time.GetElapsedTime(toldAt) >= options.ResumePointInterval)
            {
                told = stream.Position;
                toldAt = time.GetTimestamp();
                yield return RpcStreamJson.Position(stream.Epoch, told);
            }

            if (!stream.IsBehind) await stream.WaitAsync(stream.Position > told ? options.ResumePointInterval : options.HeartbeatInterval, cancellationToken);
        }

        throw new HubException($"{RpcProblems.Unavailable}: the hub is stopping; subscribe again from the last id");
    }

    private async ValueTask<T> GuardAsync<T>(ValueTask<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw RpcErrorFilter.Told(logger, nameof(RpcHub.Subscribe), e);
        }
    }
}
