using System.Text.Json.Serialization;

namespace EventHub.Client.Tests.Publishing;

internal sealed record Published(string Name, double Value);

[JsonSerializable(typeof(Published))]
internal sealed partial class PublishedJsonContext : JsonSerializerContext;
