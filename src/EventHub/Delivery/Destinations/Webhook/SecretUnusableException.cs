namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>A signing secret cannot be used; the request is not sent unsigned instead.</summary>
internal sealed class SecretUnusableException(string message, Exception? inner = null) : Exception("the webhook's secret cannot be used: " + message, inner);
