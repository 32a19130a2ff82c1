namespace EventHub.Delivery;

/// <summary>
/// Until when this process may rely on its leases: told by the lease keeper, asked before every attempt. A process that was stopped for longer than
/// that and goes on must not start anything before it has leases again. Milliseconds of a monotonic clock.
/// </summary>
internal sealed class LeaseClock
{
    private long _validUntil;

    public bool IsValid(long now) => now < Volatile.Read(ref _validUntil);

    public void Extend(long until) => Volatile.Write(ref _validUntil, until);
}
