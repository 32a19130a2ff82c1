namespace EventHub.Soak.Crashes;

/// <summary>The log against what the publishers know: invariants 1, 2 and 3.</summary>
internal static class LogCheck
{
    public static void Run(IReadOnlyList<LoggedEvent> events, Ledger ledger, Violations violations)
    {
        // 2 dense, in order
        for (var i = 0; i < events.Count; i++) violations.AddIf(events[i].Sequence != i + 1, $"event {i + 1} of the log has sequence {events[i].Sequence}");

        // 1 accepted: exactly once, as answered
        foreach (var twice in events.GroupBy(e => e.Number).Where(g => g.Count() > 1)) violations.Add($"event {twice.Key} is in the log {twice.Count()} times");
        var byNumber = events.DistinctBy(e => e.Number).ToDictionary(e => e.Number);
        foreach (var (number, (id, sequence)) in ledger.Accepted)
        {
            var isThere = byNumber.TryGetValue(number, out var logged);
            violations.AddIf(!isThere, $"event {number} was accepted as {id} and is not in the log");
            violations.AddIf(isThere && (logged!.Id, logged.Sequence) != (id, sequence), $"event {number} was accepted as {(id, sequence)} and is in the log as {logged}");
        }

        foreach (var (number, why) in ledger.Refused) violations.AddIf(byNumber.ContainsKey(number), $"event {number} was refused and is in the log: {why}");
        foreach (var logged in events) violations.AddIf(logged.Number < 1 || logged.Number > ledger.LastNumber, $"nobody sent {logged}");

        // 3 batches: whole or not at all, one after the other
        foreach (var batch in ledger.Batches)
        {
            var sequences = batch.Where(byNumber.ContainsKey).Select(n => byNumber[n].Sequence).ToList();
            var isWhole = sequences.Count == batch.Count && sequences.Select((s, i) => s - i).Distinct().Count() == 1;
            violations.AddIf(sequences.Count > 0 && !isWhole, $"of the batch {string.Join(' ', batch)} the log has the sequences {string.Join(' ', sequences)}");
        }
    }
}
