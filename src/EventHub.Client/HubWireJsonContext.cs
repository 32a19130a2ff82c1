using System.Text.Json.Serialization;
using EventHub.Client.Consumers;
using EventHub.Client.Journal;
using EventHub.Client.Publishing;
using EventHub.Client.Webhooks;

namespace EventHub.Client;

/// <summary>The JSON forms of requests, where what is not given is left out so that the hub's defaults apply, and of answers that only wrap another.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewWebhook))]
[JsonSerializable(typeof(WebhookChange))]
[JsonSerializable(typeof(RotateRequest))]
[JsonSerializable(typeof(ConsumerRequest))]
[JsonSerializable(typeof(AckRequest))]
[JsonSerializable(typeof(SeekRequest))]
[JsonSerializable(typeof(DispatchRetry))]
[JsonSerializable(typeof(DeadLetterFilter))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(TestSent))]
[JsonSerializable(typeof(ConsumerList))]
[JsonSerializable(typeof(DispatchPage))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(Requeued))]
[JsonSerializable(typeof(Redriven))]
internal sealed partial class HubWireJsonContext : JsonSerializerContext;
