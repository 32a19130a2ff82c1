namespace EventHub.Client.Journal;

internal sealed record Redriven([property: System.Text.Json.Serialization.JsonPropertyName("redriven")] long Count);
