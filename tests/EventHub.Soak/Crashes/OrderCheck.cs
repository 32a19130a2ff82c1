namespace EventHub.Soak.Crashes;

/// <summary>
/// Order per key (invariant 7): events of a key come in order of sequence, each only after the one before has ended for good, so the receiver never
/// sees an older one again; and never two at once, but for requests a killed process left in the receiver's hands and those the hub had given up.
/// </summary>
internal static class OrderCheck
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(SoakWebhook.TimeoutMs);

    /// <summary>A timer of the hub may fire that much early by the receiver's clock, which starts when the request has arrived.</summary>
    private static readonly TimeSpan s_arrival = TimeSpan.FromMilliseconds(750);

    /// <returns>How many requests overlapped one that was left behind.</returns>
    public static int Run(IReadOnlyDictionary<Guid, LoggedEvent> events, IEnumerable<SoakRequest> requests, Violations violations)
    {
        var overlaps = 0;
        foreach (var key in requests.Where(r => events.ContainsKey(r.EventId)).GroupBy(r => events[r.EventId].UserId))
        {
            var open = new List<SoakRequest>();
            var newest = 0L;
            foreach (var request in key.OrderBy(r => r.Began))
            {
                var sequence = events[request.EventId].Sequence;
                violations.AddIf(sequence < newest, $"{key.Key}: sequence {sequence} came after {newest}: {request}");
                newest = Math.Max(newest, sequence);
                open.RemoveAll(r => r.Ended < request.Began);
                foreach (var other in open)
                {
                    overlaps++;
                    violations.AddIf(!WasLeftBehind(other, request), $"{key.Key}: two in flight: {other}; {request}");
                }

                open.Add(request);
            }
        }

        return overlaps;
    }

    private static bool WasLeftBehind(SoakRequest other, SoakRequest request) =>
        other.Generation != request.Generation
            ? other.Generation.WasKilled
            : other.Ending == Ending.HungUp && System.Diagnostics.Stopwatch.GetElapsedTime(other.BeganTime, request.BeganTime) > s_timeout - s_arrival;
}
