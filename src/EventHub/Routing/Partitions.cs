namespace EventHub.Routing;

/// <summary>Which partition of a subscription an event belongs to. Every process has to come to the same one, whatever its version: the numbers here never change.</summary>
internal static class Partitions
{
    /// <summary>All events of one lane are in one partition; an event without a lane is anywhere.</summary>
    /// <param name="lane">The ordering key's value; <c>null</c> when unordered.</param>
    /// <param name="sequence">The event's.</param>
    /// <param name="count">How many partitions there are.</param>
    public static int Of(string? lane, long sequence, int count) =>
        count == 1 ? 0 : (int)(Mix(lane is null ? (ulong)sequence : Hash(lane)) % (ulong)count);

    /// <summary>Whether a change assigns events to partitions in another way: another number of them, or, with several, another ordering key.</summary>
    public static bool IsNewLayout(DeliverySettings before, DeliverySettings after) =>
        before.Partitions != after.Partitions || (after.Partitions > 1 && before.OrderingKey != after.OrderingKey);

    /// <summary>FNV-1a, 64 bits, over UTF-16.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    /// <summary>The last step of MurmurHash3: the low bits of neighbouring numbers have nothing in common any more.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }
}
