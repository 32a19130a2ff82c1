namespace EventHub.Server.Tests.EndToEnd;

/// <summary>Waits for what another process comes to by itself, where there is no signal to wait for: asks again until it is so or three minutes are over.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    public static Task IsTrueAsync(Func<Task<bool>> ask) => HasAsync(ask, static answer => answer);

    public static async Task<T> HasAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var answer = await ask();
            if (isIt(answer)) return answer;
            Assert.False(deadline.IsCancellationRequested, $"Still {answer} after {s_patience.TotalSeconds} s.");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
