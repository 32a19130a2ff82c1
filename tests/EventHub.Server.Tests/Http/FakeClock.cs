using EventHub.Storage.Conformance.Support;

namespace EventHub.Server.Tests.Http;

/// <summary>What tests of a hub do with a fake clock.</summary>
internal static class FakeClock
{
    /// <summary>Lets time pass, second by second, until it is done: what goes to sleep only now sleeps from now on.</summary>
    public static async Task<T> PassUntilAsync<T>(this FakeTimeProvider clock, Task<T> done)
    {
        await EndToEnd.Eventually.IsTrueAsync(() =>
        {
            if (!done.IsCompleted) clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(done.IsCompleted);
        });
        return await done;
    }
}
