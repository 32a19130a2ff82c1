using System.Globalization;
using EventHub.Events;

namespace EventHub.Routing;

/// <summary>Where in the log a subscription begins (see <see cref="Subscription.Start"/>), read. All <c>null</c>/false: with the next event.</summary>
public readonly record struct SubscriptionStart
{
    /// <summary>With the oldest event there is.</summary>
    public bool IsBeginning { get; private init; }

    /// <summary>With the event of this sequence; from 0.</summary>
    public long? Sequence { get; private init; }

    /// <summary>With the first event created at or after this time.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>With the next event: <c>now</c>.</summary>
    public bool IsNow => !IsBeginning && Sequence is null && Time is null;

    /// <summary>Reads <c>now</c>, <c>beginning</c>, a sequence or an RFC 3339 time.</summary>
    public static bool TryParse(string text, out SubscriptionStart start)
    {
        ArgumentNullException.ThrowIfNull(text);
        start = default;
        if (text == "now") return true;
        if (text == "beginning") start = new SubscriptionStart { IsBeginning = true };
        else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) start = new SubscriptionStart { Sequence = sequence };
        else if (Rfc3339.TryParse(text, out var time)) start = new SubscriptionStart { Time = time };
        else return false;
        return true;
    }
}
