using EventHub.Log;

namespace EventHub.Tests.Log;

public sealed class AsyncSignalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_set_before_the_wait_is_remembered_once()
    {
        var signal = new AsyncSignal();
        signal.Set();
        signal.Set();
        await signal.WaitAsync();
        var second = signal.WaitAsync();
        Assert.False(second.IsCompleted);
        signal.Set();
        await second;
    }

    [Fact]
    public async Task A_waiter_is_woken_by_the_next_set()
    {
        var signal = new AsyncSignal();
        for (var i = 0; i < 100; i++)
        {
            var wait = signal.WaitAsync().AsTask();
            Assert.False(wait.IsCompleted);
            signal.Set();
            await wait.WaitAsync(TimeSpan.FromSeconds(120), Token);
        }
    }

    [Fact]
    public async Task No_set_is_lost_however_many_threads_set()
    {
        const int Setters = 4;
        const int SetsEach = 50_000;
        var signal = new AsyncSignal();
        var done = 0;
        var setters = Enumerable.Range(0, Setters).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < SetsEach; i++)
            {
                Interlocked.Increment(ref done);
                signal.Set();
            }
        }, Token)).ToList();
        // The count is raised before the set: a waiter that saw less than all of it must be woken again.
        var waiter = Task.Run(async () =>
        {
            while (Volatile.Read(ref done) < Setters * SetsEach) await signal.WaitAsync();
        }, Token);
        await Task.WhenAll(setters);
        await waiter.WaitAsync(TimeSpan.FromSeconds(120), Token);
    }

    [Fact]
    public async Task Two_that_wake_each_other_never_sleep_both()
    {
        var (ping, pong) = (new AsyncSignal(), new AsyncSignal());
        var one = Task.Run(async () =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                pong.Set();
                await ping.WaitAsync();
            }
        }, Token);
        var other = Task.Run(async () =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                await pong.WaitAsync();
                ping.Set();
            }
        }, Token);
        await Task.WhenAll(one, other).WaitAsync(TimeSpan.FromSeconds(120), Token);
    }
}
