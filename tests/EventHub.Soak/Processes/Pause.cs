namespace EventHub.Soak.Processes;

/// <summary>Time that has to pass for something to happen in it: a load that goes on, a receiver that is slow. Never to wait for a result.</summary>
internal static class Pause
{
    public static async Task ForAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (time <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
