using System.Text.Json.Serialization;

namespace EventHub.Routing;

/// <summary>Where a subscription's events go.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(WebhookDestination), "webhook")]
[JsonDerivedType(typeof(HandlerDestination), "handler")]
[JsonDerivedType(typeof(RpcDestination), "rpc")]
public abstract record Destination;
