using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>Dispatches that have a result although they lie above their track's floor: when reading meets one, it is passed over.</summary>
internal sealed class EndedSet
{
    private readonly HashSet<(long Sequence, int Generation)> _ended = [];

    public void Add(DispatchKey key) => _ended.Add((key.Sequence, key.Generation));

    /// <summary>Whether it had ended; asked once.</summary>
    public bool Take(int generation, long sequence) => _ended.Count > 0 && _ended.Remove((sequence, generation));

    /// <summary>Forgets what reading has passed without meeting it: it is another partition's.</summary>
    public void Forget(int generation, long readThrough) => _ended.RemoveWhere(id => id.Generation == generation && id.Sequence <= readThrough);
}
