namespace EventHub.Soak.Crashes;

/// <summary>An attempt as the hub committed it.</summary>
internal sealed record RecordedAttempt(DateTimeOffset EndedAt, bool HasAnswer)
{
    /// <summary>The hub shows whole milliseconds.</summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Whether it is this one, of all requests with its number. An attempt that was not committed is made again under the same number, and the record is of the later
    /// request then. A request's end is noted before its answer leaves, so the record is of the newest that had ended when the attempt did.
    /// </summary>
    public bool IsOf(SoakRequest request, IEnumerable<SoakRequest> sameNumber) =>
        sameNumber.Where(other => other.EndedAt <= EndedAt + s_rounding).MaxBy(other => other.Ended) == request;
}
