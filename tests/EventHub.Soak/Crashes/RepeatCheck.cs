using System.Diagnostics;

namespace EventHub.Soak.Crashes;

/// <summary>
/// Requests after one that was answered well: only where the answer was not committed, as the hub's own records say, because the process that had it was killed before it
/// could, stood still meanwhile, or had the database taken from it. A process that lives, or stops in good order, repeats nothing, unless by its own account the good
/// answer came too late. What was committed is never repeated, whatever was broken.
/// </summary>
internal static class RepeatCheck
{
    /// <summary>From an answer to its commit, at most; what waited longer than this for a commit was not repeated because of the kill.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    /// <summary>The same, in ticks of <see cref="Stopwatch"/>.</summary>
    public static long Window => (long)(s_window.TotalSeconds * Stopwatch.Frequency);

    /// <returns>How many there were.</returns>
    public static async Task<int> RunAsync(SoakWebhook webhook, ILookup<Guid, SoakRequest> requests, HubReader reader, DatabaseFaults faults, Violations violations)
    {
        var repeats = 0;
        var woken = new HashSet<Generation>();
        foreach (var dispatch in requests)
        {
            SoakRequest? good = null;
            SoakRequest? last = null;
            foreach (var request in dispatch.OrderBy(r => r.Began))
            {
                violations.AddIf(
                    last is not null && last.Generation == request.Generation && request.Attempt <= last.Attempt && !IsStartedOver(last, request, faults),
                    $"{webhook.Name}: attempt numbers do not grow: {last}; {request}");
                if (good is not null && good.Ended < request.Began && !OrderCheck.IsLastWord(request, woken))
                {
                    repeats++;
                    var record = await reader.FindAttemptAsync(good.MessageId, good.Attempt);
                    if (record is { HasAnswer: true } && record.IsOf(good, dispatch.Where(r => r.Attempt == good.Attempt)))
                        violations.Add($"{webhook.Name}: requested again after an answer that was committed: {good}; {request}");
                    else if (record is not { HasAnswer: false } && !IsExplained(good, request, faults))
                        violations.Add($"{webhook.Name}: requested again after a good answer: {good}; {request}");
                }

                if (request.IsGood) good = request;
                last = request;
            }
        }

        return repeats;
    }

    /// <summary>Whether the process may have begun again from what is stored.</summary>
    private static bool IsStartedOver(SoakRequest last, SoakRequest request, DatabaseFaults faults) =>
        faults.Between(last.BeganTime, request.BeganTime) || last.Generation.StoodStill(last.BeganTime, request.BeganTime);

    private static bool IsExplained(SoakRequest good, SoakRequest again, DatabaseFaults faults) =>
        (good.Generation.WasKilled && again.Generation != good.Generation && Stopwatch.GetElapsedTime(good.EndedTime, good.Generation.KilledTime) < s_window)
        || good.Generation.StoodStill(good.EndedTime, good.EndedTime + Window)
        || faults.Between(good.EndedTime, good.EndedTime + Window);
}
