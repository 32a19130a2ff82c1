namespace EventHub.Storage.Memory;

/// <summary>Looks for what should not be: rows that contradict one another.</summary>
internal static class MemoryCheck
{
    public static IReadOnlyList<string> FindProblems(MemoryState state)
    {
        var problems = new List<string>();
        var expected = state.Events.Trimmed;
        foreach (var read in state.Events.Scan(1, long.MaxValue, descending: false))
        {
            if (read.Sequence != ++expected) problems.Add($"Sequence {expected} of the log holds event {read.Sequence}.");
        }

        foreach (var dispatch in state.Events.ScanAll(1, long.MaxValue, descending: false).SelectMany(source => source.Dispatches))
        {
            if (dispatch is { Result: not null, Exception: not null }) problems.Add($"Dispatch {dispatch.Key} has a result and is an exception.");
            if (dispatch is { IsDeadLetter: true, Result: null }) problems.Add($"Dispatch {dispatch.Key} is a dead letter without a result.");
            if (dispatch.Exception is not null != state.Exceptions.Contains(dispatch.Key)) problems.Add($"Exception {dispatch.Key} is not on the list of exceptions.");
            if (dispatch.IsDeadLetter != state.DeadLetters.Contains(dispatch.Key)) problems.Add($"Dead letter {dispatch.Key} is not on the list of dead letters.");
        }

        foreach (var track in state.Subscriptions.SelectMany(subscription => subscription.Partitions).SelectMany(partition => partition.Tracks.Values))
        {
            if (track.Floor > state.Events.Head) problems.Add($"A track of generation {track.Generation} stands at {track.Floor}, past the head {state.Events.Head}.");
        }

        foreach (var consumer in state.Consumers.Values.Where(consumer => consumer.Cursor > state.Events.Head))
        {
            problems.Add($"Consumer {consumer.Name} stands at {consumer.Cursor}, past the head {state.Events.Head}.");
        }

        return problems;
    }
}
