namespace EventHub.Storage.Relay;

/// <summary>An event to be handled by a client of another process.</summary>
/// <param name="Node">The process it is for; for who takes it, the one it is from.</param>
/// <param name="Number">Unique among the calls of the process that makes it.</param>
/// <param name="Name">The name the client serves.</param>
/// <param name="Item">The event as the client gets it: UTF-8 JSON.</param>
/// <param name="BeginWithin">It is handed to a client within this time from now, or not at all.</param>
/// <param name="AnswerWithin">After this time from now nobody waits for the answer.</param>
public sealed record RelayCall(string Node, long Number, string Name, ReadOnlyMemory<byte> Item, TimeSpan BeginWithin, TimeSpan AnswerWithin);
