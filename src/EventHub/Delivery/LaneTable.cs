namespace EventHub.Delivery;

/// <summary>All lanes with dispatches in them.</summary>
internal sealed class LaneTable
{
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Puts a dispatch at the end of its lane.</summary>
    /// <param name="dispatch">One with a lane.</param>
    /// <param name="isBlocked">The lane's head has failed or is slow.</param>
    /// <returns>True when it is the head, and may be attempted.</returns>
    public bool Enter(Dispatch dispatch, out bool isBlocked)
    {
        if (!_lanes.TryGetValue(dispatch.Lane!, out var lane)) _lanes.Add(dispatch.Lane!, lane = new Lane());
        lane.Queue.Enqueue(dispatch);
        var isHead = lane.Queue.Count == 1;
        if (isHead) lane.IsBlocked = dispatch.Attempts > 0;
        isBlocked = lane.IsBlocked;
        return isHead;
    }

    /// <summary>Takes an ended dispatch out of its lane.</summary>
    /// <returns>The new head, when it was the head and somebody follows.</returns>
    public Dispatch? Leave(Dispatch dispatch)
    {
        if (dispatch.Lane is not { } key || !_lanes.TryGetValue(key, out var lane)) return null;
        if (lane.Head != dispatch)
        {
            // Ended without its turn (lost, expired).
            var rest = lane.Queue.Where(d => d != dispatch).ToList();
            lane.Queue.Clear();
            foreach (var waiting in rest) lane.Queue.Enqueue(waiting);
            return null;
        }

        lane.Queue.Dequeue();
        lane.IsBlocked = false;
        if (lane.Queue.TryPeek(out var next)) return next;
        _lanes.Remove(key);
        return null;
    }

    /// <summary>Marks the lane of a head that failed or is slow, and returns who is to be parked behind it; none when it was marked before.</summary>
    public IEnumerable<Dispatch> Block(Dispatch head)
    {
        if (head.Lane is not { } key || !_lanes.TryGetValue(key, out var lane) || lane.IsBlocked) return [];
        lane.IsBlocked = true;
        return lane.Queue.Skip(1);
    }

    /// <summary>Others wait behind this head, and are not parked yet.</summary>
    public bool HoldsOthersUp(Dispatch head) => head.Lane is { } key && _lanes[key] is { IsBlocked: false, Queue.Count: > 1 };
}
