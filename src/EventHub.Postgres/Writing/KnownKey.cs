using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>What a key stood for.</summary>
/// <param name="Hash">Of the content.</param>
/// <param name="Answers">What was answered.</param>
/// <param name="ExpiresAt">From then on it is as if never used.</param>
internal sealed record KnownKey(ReadOnlyMemory<byte> Hash, AppendedEvent[] Answers, DateTimeOffset ExpiresAt);
