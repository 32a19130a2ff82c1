using System.Runtime.CompilerServices;
using System.Text.Json;
using EventHub.Client.Http;

namespace EventHub.Client.Streaming;

/// <summary>
/// Follows the log across connections. All it keeps is the point after the last block it has read whole: each connection goes on after it, so no
/// event is missed and none comes twice.
/// </summary>
internal sealed class Subscription(HubHttp http, SubscribeOptions options)
{
    private string? _position = options.ResumeAfter;
    private TimeSpan? _retry;
    private bool _isConnected;

    public async IAsyncEnumerable<HubEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wasConnected = false;
        for (var fruitless = 0; ; fruitless++)
        {
            if (wasConnected) await Task.Delay(_retry ?? RetryDelay.Of(http.Options, fruitless, null), http.Time, cancellationToken).ConfigureAwait(false);
            using var connection = await StreamConnection.OpenAsync(http, Request(wasConnected), cancellationToken).ConfigureAwait(false);
            (wasConnected, _isConnected, _retry) = (true, false, null);
            while (await connection.ReadAsync(cancellationToken).ConfigureAwait(false) is { } block)
            {
                if (block.Retry is { } retry) _retry = retry;
                if (await TakeAsync(block, cancellationToken).ConfigureAwait(false) is not { } item) continue;
                fruitless = 0;
                yield return item;
            }

            options.OnDisconnected?.Invoke(connection.Failure);
        }
    }

    private HubRequest Request(bool wasConnected)
    {
        var path = new QueryText("events/stream").AddAll("type", options.Types).Add("source", options.Source);
        if (_position is null) path.Add("since", options.Since);
        return new HubRequest(HttpMethod.Get, path.ToString())
        {
            Headers = _position is null ? [("Accept", "text/event-stream")] : [("Accept", "text/event-stream"), ("Last-Event-ID", _position)],
            IsRetriedForEver = wasConnected,
        };
    }

    /// <summary>Moves the position, and gives the event if there is one.</summary>
    private async ValueTask<HubEvent?> TakeAsync(SseBlock block, CancellationToken cancellationToken)
    {
        if (block.Id is { Length: > 0 } id)
        {
            _position = id;
            if (!_isConnected)
            {
                _isConnected = true;
                options.OnConnected?.Invoke(id);
            }
        }

        if (block.Data.IsEmpty) return null;
        var (type, reason, item) = Read(block);
        if (type == "event") return item;
        if (type != "reset") return null;
        var reset = new StreamReset(reason ?? "unknown", _position);
        if (options.OnReset is null) throw new StreamResetException(reset);
        await options.OnReset(reset, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static (string? Type, string? Reason, HubEvent? Event) Read(SseBlock block)
    {
        try
        {
            var reader = new Utf8JsonReader(block.Data.Span, new JsonReaderOptions { MaxDepth = 1000 });
            var message = JsonElement.ParseValue(ref reader);
            var type = message.GetProperty("type").GetString();
            return type switch
            {
                "event" => (type, null, new HubEvent(message.GetProperty("event")) { ResumePoint = block.Id }),
                "reset" => (type, message.TryGetProperty("reason", out var reason) ? reason.GetString() : null, null),
                _ => (type, null, null),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EventHubException($"The stream holds what is no message of a hub: {e.Message}", e);
        }
    }
}
