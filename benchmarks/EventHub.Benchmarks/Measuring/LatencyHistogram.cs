using System.Diagnostics;
using System.Numerics;

namespace EventHub.Benchmarks.Measuring;

/// <summary>
/// Latencies in buckets: exact below 128 µs, then 64 buckets per doubling, so that a value read back is at most 1.6 % too large. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private readonly long[] _buckets = new long[(40 - SubBits + 1) << SubBits];
    private long _max;

    public long Count { get; private set; }

    public double MaxMs => _max / 1000.0;

    /// <summary>Adds one latency, in ticks of <see cref="Stopwatch"/>.</summary>
    public void AddTicks(long ticks) => AddMicroseconds(Math.Max(0, (long)(ticks * 1_000_000.0 / Stopwatch.Frequency)));

    public void AddMicroseconds(long value)
    {
        _buckets[IndexOf(value)]++;
        Count++;
        _max = Math.Max(_max, value);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++) _buckets[i] += other._buckets[i];
        Count += other.Count;
        _max = Math.Max(_max, other._max);
    }

    /// <summary>The latency, in milliseconds, that <paramref name="share"/> of all did not exceed.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank && seen > 0) return Math.Min(UpperEdge(i), _max) / 1000.0;
        }

        return MaxMs;
    }

    /// <summary>Non-empty buckets as <c>index:count</c>, for another process.</summary>
    public string Serialize() => string.Join(' ', _buckets.Select((count, i) => (count, i)).Where(b => b.count > 0).Select(b => $"{b.i}:{b.count}"));

    public static LatencyHistogram Parse(string text)
    {
        var histogram = new LatencyHistogram();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var (index, count) = (int.Parse(part[..colon]), long.Parse(part[(colon + 1)..]));
            histogram._buckets[index] += count;
            histogram.Count += count;
            histogram._max = Math.Max(histogram._max, UpperEdge(index));
        }

        return histogram;
    }

    private static int IndexOf(long value)
    {
        if (value < 1 << (SubBits + 1)) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return Math.Min(((shift + 1) << SubBits) + (int)((value >> shift) - (1 << SubBits)), ((40 - SubBits + 1) << SubBits) - 1);
    }

    private static long UpperEdge(int index)
    {
        if (index < 1 << (SubBits + 1)) return index;
        var shift = (index >> SubBits) - 1;
        return (((index & ((1L << SubBits) - 1)) + (1L << SubBits) + 1) << shift) - 1;
    }
}
