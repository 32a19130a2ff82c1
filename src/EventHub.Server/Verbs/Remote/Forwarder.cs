using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EventHub.Client;
using EventHub.Client.Webhooks;
using EventHub.Events;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Sends events to a program on this machine as a webhook would.</summary>
internal sealed class Forwarder(Uri url, string secret, bool isEnvelope) : IDisposable
{
    // Redirects are not followed, and the time is a webhook's default.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Sends one; what goes wrong is a part of the answer.</summary>
    public async Task<ForwardedEvent> SendAsync(HubEvent item, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = isEnvelope ? Envelope(item, now) : JsonMarshal.GetRawUtf8Value(item.Payload).ToArray();
        using var request = Request(item, body, now);
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return new ForwardedEvent((int)response.StatusCode, TimeProvider.System.GetElapsedTime(started), null);
        }
        catch (HttpRequestException e)
        {
            return new ForwardedEvent(null, TimeProvider.System.GetElapsedTime(started), e.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ForwardedEvent(null, TimeProvider.System.GetElapsedTime(started), $"no answer within {_http.Timeout.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HubEvent item, byte[] body, DateTimeOffset now)
    {
        // A dispatch's id without a dispatch: the same for the same event, so that a receiver's own check for repeats works.
        var id = $"listen_{item.Id:N}";
        var signature = WebhookSignature.Create(secret, id, now, body);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        (string Name, string Value)[] headers =
        [
            ("User-Agent", $"EventHub/{VersionVerb.Version}"), ("X-Message-Id", id), ("X-Event-Id", item.Id.ToString()), ("X-Event-Type", Uri.EscapeDataString(item.Type)),
            ("X-Event-Version", Uri.EscapeDataString(item.Version ?? "v1")), ("X-Delivery-Attempt", "1"),
            ("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01"),
            ("X-Signature", signature.BodySignature), ("webhook-id", signature.Id), ("webhook-timestamp", signature.Timestamp), ("webhook-signature", signature.Signature),
        ];
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>What the envelope of a webhook has: the event without what is derived from its dispatches, and its time by both names.</summary>
    private static byte[] Envelope(HubEvent item, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("event"u8);
            foreach (var field in item.Json.EnumerateObject())
            {
                if (field.Name is "status" or "retry_count" or "error" or "created_at" or "processed_at" or "completed_at") continue;
                writer.WritePropertyName(field.Name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(field.Value), skipInputValidation: true);
            }

            writer.WriteString("timestamp"u8, EventJson.Time(item.CreatedAt));
            writer.WriteString("created_at"u8, EventJson.Time(item.CreatedAt));
            writer.WriteEndObject();
            writer.WriteString("deliveredAt"u8, EventJson.Time(now));
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
