namespace EventHub.Soak.Crashes;

/// <summary>
/// Order per key (invariant 7): events of a key come in order of sequence, each only after the one before has ended for good, so the receiver never
/// sees an older one again; and never two at once, but for requests that a process which was killed, or stands still, left in the receiver's hands, those the hub had given up, and
/// the one that a process which stood still had on its tongue.
/// </summary>
internal static class OrderCheck
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(SoakWebhook.TimeoutMs);

    /// <summary>A timer of the hub may fire that much early by the receiver's clock, which starts when the request has arrived.</summary>
    private static readonly TimeSpan s_arrival = TimeSpan.FromMilliseconds(750);

    /// <returns>How many requests overlapped one that was left behind.</returns>
    public static int Run(IReadOnlyDictionary<Guid, LoggedEvent> events, IEnumerable<SoakRequest> requests, DatabaseFaults faults, Violations violations)
    {
        var overlaps = 0;
        var woken = new HashSet<Generation>();
        foreach (var key in requests.Where(r => events.ContainsKey(r.EventId)).GroupBy(r => events[r.EventId].UserId))
        {
            var open = new List<SoakRequest>();
            var newest = 0L;
            foreach (var request in key.OrderBy(r => r.Began))
            {
                var sequence = events[request.EventId].Sequence;
                violations.AddIf(sequence < newest && !IsLastWord(request, woken), $"{key.Key}: sequence {sequence} came after {newest}: {request}");
                newest = Math.Max(newest, sequence);
                open.RemoveAll(r => r.Ended < request.Began);
                foreach (var other in open)
                {
                    overlaps++;
                    violations.AddIf(!WasLeftBehind(other, request, faults) && !IsLastWord(request, woken), $"{key.Key}: two in flight: {other}; {request}");
                }

                open.Add(request);
            }
        }

        return overlaps;
    }

    /// <summary>
    /// Sent by a process that stood still, as it goes on: it had looked at its lease before, and was on its way to the socket. One such is excused, for there is
    /// no way to take it back; a process that does not look would send all it had begun.
    /// </summary>
    public static bool IsLastWord(SoakRequest request, HashSet<Generation> woken) =>
        request.Generation.HadJustWoken(request.BeganTime) && woken.Add(request.Generation);

    private static bool WasLeftBehind(SoakRequest other, SoakRequest request, DatabaseFaults faults)
    {
        var (from, until) = (other.BeganTime, request.BeganTime);
        if (other.Generation != request.Generation && (other.Generation.WasKilled || other.Generation.StoodStill(from, until))) return true;
        if (other.Ending != Ending.HungUp) return false;
        // Given up after its timeout; or ended by a runner that starts over, or lost its lease, because the database was gone or it had no processor.
        return faults.Between(from, until) || other.Generation.StoodStill(from, until) || (other.Generation == request.Generation && System.Diagnostics.Stopwatch.GetElapsedTime(from, until) > s_timeout - s_arrival);
    }
}
