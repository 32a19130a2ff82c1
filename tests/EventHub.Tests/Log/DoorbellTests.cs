using EventHub.Log;

namespace EventHub.Tests.Log;

public sealed class DoorbellTests
{
    [Fact]
    public async Task It_wakes_all_that_were_added_and_none_that_were_removed()
    {
        var bell = new Doorbell();
        bell.Start();
        var readers = Enumerable.Range(0, 1000).Select(_ => new AsyncSignal()).ToList();
        foreach (var reader in readers) bell.Add(reader);
        bell.Remove(readers[0]);
        var waits = readers.ConvertAll(r => r.WaitAsync().AsTask());
        bell.Ring();
        await Task.WhenAll(waits.Skip(1));
        Assert.False(waits[0].IsCompleted);
        await bell.StopAsync();
    }

    [Fact]
    public async Task Its_end_wakes_them_too()
    {
        var bell = new Doorbell();
        bell.Start();
        var reader = new AsyncSignal();
        bell.Add(reader);
        var wait = reader.WaitAsync();
        await bell.StopAsync();
        await wait;
        Assert.True(bell.IsClosed);
    }
}
