using System.Diagnostics.CodeAnalysis;

namespace EventHub.Storage.Memory;

/// <summary>
/// Idempotency keys. Those of requests and those of events are told apart: an event may carry the key its request carries.
/// </summary>
internal sealed class MemoryKeyTable
{
    private readonly Dictionary<string, MemoryKey> _ofRequests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryKey> _ofEvents = new(StringComparer.Ordinal);

    public bool TryFindRequest(string key, DateTimeOffset now, [NotNullWhen(true)] out MemoryKey? known) =>
        _ofRequests.TryGetValue(key, out known) && known.ExpiresAt > now;

    public bool TryFindEvent(string key, DateTimeOffset now, [NotNullWhen(true)] out MemoryKey? known) =>
        _ofEvents.TryGetValue(key, out known) && known.ExpiresAt > now;

    public void SetRequest(IdempotencyKey key, AppendedEvent[] answers) =>
        _ofRequests[key.Key] = new MemoryKey(key.Hash.ToArray(), key.ExpiresAt, answers);

    public void SetEvent(IdempotencyKey key, AppendedEvent answer) => _ofEvents[key.Key] = new MemoryKey(key.Hash.ToArray(), key.ExpiresAt, [answer]);

    public void RemoveExpired(DateTimeOffset now)
    {
        Remove(_ofRequests, now);
        Remove(_ofEvents, now);
    }

    // Removing while enumerating is allowed for dictionaries.
    private static void Remove(Dictionary<string, MemoryKey> keys, DateTimeOffset now)
    {
        foreach (var (key, known) in keys)
        {
            if (known.ExpiresAt <= now) keys.Remove(key);
        }
    }
}
