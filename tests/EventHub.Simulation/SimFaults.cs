using EventHub.Delivery.Destinations;

namespace EventHub.Simulation;

/// <summary>How badly things go, drawn from the seed; <see cref="Heal"/> ends it, so that a run can be drained and judged.</summary>
internal sealed class SimFaults(Random random)
{
    private readonly double _success = new[] { 0.3, 0.7, 0.95 }[random.Next(3)];
    private bool _isHealed;

    public void Heal() => _isHealed = true;

    public bool Chance(double probability) => !_isHealed && probability > 0 && random.NextDouble() < probability;

    public AttemptKind NextOutcome()
    {
        if (_isHealed || random.NextDouble() < _success) return AttemptKind.Complete;
        return random.Next(10) switch
        {
            < 4 => AttemptKind.Failed,
            < 6 => AttemptKind.NetworkError,
            < 8 => AttemptKind.Timeout,
            8 => AttemptKind.Rejected,
            _ => AttemptKind.Ignored,
        };
    }
}
