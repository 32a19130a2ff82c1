namespace EventHub.Storage.Relay;

/// <summary>A name that clients of another process serve.</summary>
/// <param name="Node">The process.</param>
/// <param name="Name">The name.</param>
/// <param name="Clients">How many clients; from 1.</param>
public readonly record struct RelayedName(string Node, string Name, int Clients);
