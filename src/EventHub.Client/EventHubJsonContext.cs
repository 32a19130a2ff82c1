using System.Text.Json.Serialization;
using EventHub.Client.Consumers;
using EventHub.Client.Events;
using EventHub.Client.Journal;
using EventHub.Client.Webhooks;

namespace EventHub.Client;

/// <summary>The JSON forms of what the hub answers, for programs that write them on.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HubEvent))]
[JsonSerializable(typeof(EventDetails))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(RotatedSecret))]
[JsonSerializable(typeof(Consumer))]
[JsonSerializable(typeof(ConsumerPage))]
[JsonSerializable(typeof(Dispatch))]
[JsonSerializable(typeof(DeadLetter))]
public sealed partial class EventHubJsonContext : JsonSerializerContext;
