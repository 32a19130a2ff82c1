namespace EventHub.Soak.Crashes;

/// <summary>The dispatches of a webhook against the log and what its receiver saw: every one ended, once, and as the receiver saw it end (invariants 5 and 6).</summary>
internal static class DispatchCheck
{
    public static void Run(SoakWebhook webhook, IReadOnlyList<LoggedEvent> events, IReadOnlyList<EndedDispatch> dispatches, ILookup<Guid, SoakRequest> requests, DatabaseFaults faults, Violations violations)
    {
        // Every event has one dispatch, every dispatch its event.
        violations.AddIf(dispatches.Count != events.Count, $"{webhook.Name}: {events.Count} events, {dispatches.Count} dispatches");
        violations.AddIf(dispatches.DistinctBy(d => d.EventId).Count() != dispatches.Count, $"{webhook.Name}: an event has two dispatches");
        foreach (var missing in events.Select(e => e.Id).Except(dispatches.Select(d => d.EventId))) violations.Add($"{webhook.Name}: event {missing} has no dispatch");
        foreach (var unknown in requests.Select(r => r.Key).Except(events.Select(e => e.Id))) violations.Add($"{webhook.Name}: got event {unknown}, which is not in the log");
        foreach (var dispatch in dispatches) Check(webhook, dispatch, [.. requests[dispatch.EventId]], faults, violations);
    }

    private static void Check(SoakWebhook webhook, EndedDispatch dispatch, List<SoakRequest> requests, DatabaseFaults faults, Violations violations)
    {
        violations.AddIf(requests.Any(r => r.MessageId != dispatch.Id), $"{webhook.Name}: {dispatch} came as {requests.FirstOrDefault()}");
        var isRight = dispatch.Status switch
        {
            "complete" => requests.Any(r => r.Ending == Ending.Succeeded),
            "ignored" => requests.Any(r => r.Ending == Ending.Ignored),
            "failed" => requests.Any(r => r.Ending == Ending.Rejected) || webhook.IsAtMostOnce || dispatch.Attempts == webhook.RetryLimit + 1,
            "lost" => webhook.IsAtMostOnce && requests.All(r => MayBeUnknown(r, faults)),
            _ => false,
        };
        violations.AddIf(!isRight, $"{webhook.Name}: {dispatch} but {Told(requests)}");
        violations.AddIf(webhook.IsAtMostOnce && requests.Count > 1, $"{webhook.Name}: {dispatch} was requested more than once: {Told(requests)}");
    }

    /// <summary>Whether something came between the request and the commit of how it ended.</summary>
    private static bool MayBeUnknown(SoakRequest request, DatabaseFaults faults)
    {
        var until = (request.EndedTime == 0 ? System.Diagnostics.Stopwatch.GetTimestamp() : request.EndedTime) + RepeatCheck.Window;
        return request.Generation.WasKilled || request.Generation.StoodStill(request.BeganTime, until) || faults.Between(request.BeganTime, until);
    }

    private static string Told(List<SoakRequest> requests) => requests.Count == 0 ? "no request" : string.Join("; ", requests);
}
