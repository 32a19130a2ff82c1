using System.Diagnostics;

namespace EventHub.Soak.Crashes;

/// <summary>
/// Requests after one that was answered well: only where the process that had the answer was killed before it could commit it. A process that lives,
/// or stops in good order, repeats nothing, unless by its own account the good answer came too late.
/// </summary>
internal static class RepeatCheck
{
    /// <summary>From an answer to its commit, at most; what waited longer than this for a commit was not repeated because of the kill.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    /// <returns>How many there were.</returns>
    public static async Task<int> RunAsync(SoakWebhook webhook, ILookup<Guid, SoakRequest> requests, HubReader reader, Violations violations)
    {
        var repeats = 0;
        foreach (var dispatch in requests)
        {
            SoakRequest? good = null;
            SoakRequest? last = null;
            foreach (var request in dispatch.OrderBy(r => r.Began))
            {
                violations.AddIf(
                    last is not null && last.Generation == request.Generation && request.Attempt <= last.Attempt, $"{webhook.Name}: attempt numbers do not grow: {last}; {request}");
                if (good is not null && good.Ended < request.Began)
                {
                    repeats++;
                    if (!IsExplainedByKill(good, request) && !await reader.HadNoAnswerAsync(good.MessageId, good.Attempt))
                        violations.Add($"{webhook.Name}: requested again after a good answer: {good}; {request}");
                }

                if (request.IsGood) good = request;
                last = request;
            }
        }

        return repeats;
    }

    private static bool IsExplainedByKill(SoakRequest good, SoakRequest again) =>
        good.Generation.WasKilled && again.Generation != good.Generation && Stopwatch.GetElapsedTime(good.EndedTime, good.Generation.KilledTime) < s_window;
}
