using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests;

/// <summary>
/// Waits for what the hub comes to by itself, where there is no signal to wait for: asks again until it is so, or two minutes are over. With a fake
/// clock, time goes on by a step each time it asks: how long the hub then takes by that clock depends on how busy the machine is. A test of when something
/// happens uses <see cref="FakeTimeProvider.AdvanceOnceDueInAsync"/>.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    public static Task IsTrueAsync(Func<Task<bool>> ask, FakeTimeProvider? clock = null, TimeSpan? step = null) => HasAsync(ask, static answer => answer, clock, step);

    public static Task IsTrueAsync(Func<bool> ask, FakeTimeProvider? clock = null, TimeSpan? step = null) => IsTrueAsync(() => Task.FromResult(ask()), clock, step);

    public static async Task<T> HasAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt, FakeTimeProvider? clock = null, TimeSpan? step = null)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (true)
        {
            var answer = await ask();
            if (isIt(answer)) return answer;
            Assert.False(deadline.IsCancellationRequested, $"Still {answer} after {s_patience.TotalSeconds} s.");
            clock?.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
