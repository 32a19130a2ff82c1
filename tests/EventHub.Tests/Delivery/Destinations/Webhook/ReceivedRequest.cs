namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>A request as it arrived: names in lower case, values of a repeated header joined by a line break (which no value contains).</summary>
internal sealed record ReceivedRequest(string Method, string Path, string Protocol, IReadOnlyDictionary<string, string> Headers, byte[] Body, string ConnectionId)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
