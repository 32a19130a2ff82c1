namespace EventHub.Server.Tests.EndToEnd;

/// <summary>A request as a webhook receiver got it.</summary>
internal sealed record ReceivedRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private static long s_clock;

    /// <summary>When it came and when it was answered, in the order of all such moments.</summary>
    public long BeganAt { get; private set; }

    public long EndedAt { get; private set; } = long.MaxValue;

    public int Status { get; set; }

    public string MessageId => Headers["X-Message-Id"];

    public string EventId => Headers["X-Event-Id"];

    public int Attempt => int.Parse(Headers["X-Delivery-Attempt"], System.Globalization.CultureInfo.InvariantCulture);

    public bool IsAnsweredWell => EndedAt != long.MaxValue && Status is >= 200 and < 300;

    public void Begin() => BeganAt = Interlocked.Increment(ref s_clock);

    public void End() => EndedAt = Interlocked.Increment(ref s_clock);
}
