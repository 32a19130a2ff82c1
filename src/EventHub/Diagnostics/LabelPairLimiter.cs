using System.Collections.Concurrent;

namespace EventHub.Diagnostics;

/// <summary>As <see cref="LabelLimiter"/> for two labels that stand together: bounds the pairs, which would otherwise be the product of both caps.</summary>
internal sealed class LabelPairLimiter(int capacity)
{
    private readonly ConcurrentDictionary<(string First, string Second), byte> _known = new();
    private int _count;

    /// <summary>The pair itself, or <c>other</c> twice past the cap. Both must have gone through a <see cref="LabelLimiter"/>.</summary>
    public (string First, string Second) Limit(string first, string second)
    {
        if (_known.ContainsKey((first, second))) return (first, second);
        if (Volatile.Read(ref _count) >= capacity) return (LabelLimiter.Other, LabelLimiter.Other);
        if (Interlocked.Increment(ref _count) > capacity)
        {
            Interlocked.Decrement(ref _count);
            return (LabelLimiter.Other, LabelLimiter.Other);
        }

        if (!_known.TryAdd((first, second), 0)) Interlocked.Decrement(ref _count);
        return (first, second);
    }
}
