namespace EventHub.Maintenance;

/// <summary>
/// Whether a worker has had more than its part for long enough to give some back. A worker that died is counted for a while, and makes everybody's part too small:
/// what was given back then nobody would take. Pure.
/// </summary>
/// <param name="patience">How long it has to last: at least as long as a worker is counted that is not heard of. Milliseconds.</param>
internal sealed class LeaseSurplus(long patience)
{
    private long _since = long.MaxValue;

    /// <param name="isThere">Whether it has more than its part now.</param>
    /// <param name="now">Milliseconds of a monotonic clock.</param>
    public bool IsLasting(bool isThere, long now)
    {
        if (!isThere) _since = long.MaxValue;
        else if (_since == long.MaxValue) _since = now;
        return isThere && now - _since >= patience;
    }
}
