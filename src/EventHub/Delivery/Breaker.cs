namespace EventHub.Delivery;

/// <summary>
/// Stops attempts at a destination that cannot be reached: opens after a number of consecutive transport failures, then lets one probe through
/// at a time, waiting twice as long after each that fails. Pure; times are milliseconds of a monotonic clock.
/// </summary>
internal sealed class Breaker(int threshold, long firstDelay)
{
    /// <summary>Longest wait between probes.</summary>
    public const long MaxDelay = 60_000;

    private int _failures;
    private long _delay;
    private long _probeAt;
    private bool _isProbing;

    public bool IsOpen { get; private set; }

    /// <summary>When open: the next probe may start from then on; <see cref="long.MaxValue"/> while one is under way.</summary>
    public long ProbeAt => _isProbing ? long.MaxValue : _probeAt;

    /// <summary>Whether an attempt may start.</summary>
    public bool Allows(long now) => !IsOpen || now >= ProbeAt;

    /// <summary>An attempt started.</summary>
    public void Started()
    {
        if (IsOpen) _isProbing = true;
    }

    /// <summary>An attempt ended.</summary>
    /// <param name="isTransportFailure">There was no answer.</param>
    /// <param name="now">The time.</param>
    public void Ended(bool isTransportFailure, long now)
    {
        if (!isTransportFailure)
        {
            IsOpen = _isProbing = false;
            _failures = 0;
            return;
        }

        if (!IsOpen)
        {
            if (++_failures < threshold) return;
            IsOpen = true;
            _delay = firstDelay;
            _probeAt = now + _delay;
        }
        else if (_isProbing)
        {
            // Attempts that were already under way when it opened also end here; only a probe's failure makes the wait longer.
            _isProbing = false;
            _delay = Math.Min(MaxDelay, _delay * 2);
            _probeAt = now + _delay;
        }
    }
}
