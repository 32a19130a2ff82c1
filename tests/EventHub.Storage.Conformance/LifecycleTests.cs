using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>What a store says of itself, and what it does before, after and when cancelled.</summary>
public abstract class LifecycleTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public void A_store_is_what_its_provider_claims()
    {
        Assert.Equal(Provider.Name, Store.Name);
        Assert.Equal(Provider.Durability, Store.Durability);
        Assert.Equal(Provider.IsPersistent, Store.IsPersistent);
        Assert.Equal(Provider.IsShared, Store.IsShared);
        Assert.Equal(Provider.IsPersistent, Store.Durability != Durability.None);
    }

    [Fact]
    public async Task A_store_that_works_answers_a_ping_and_changes_nothing_by_it()
    {
        await AppendAsync(Make.Event());

        await Store.PingAsync(Cancel);

        Assert.Equal(1, await HeadAsync());
        Assert.Single(Observer.Notices);
    }

    [Fact]
    public async Task A_sound_store_has_no_problems()
    {
        var worker = await WorkerWithEventsAsync(5);
        await worker.FailAsync(1);
        await worker.HoldAsync(2);
        await worker.CompleteAsync(3);
        await Log.TrimAsync(3, Make.Time, Cancel);

        Assert.Empty(await Store.CheckAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(StoreOperations.Names), MemberType = typeof(StoreOperations))]
    public async Task A_closed_store_refuses(string operation)
    {
        await CloseAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => StoreOperations.CallAsync(Store, operation, Cancel));

        Assert.Equal(StorageFailure.Closed, refused.Failure);
    }

    [Fact]
    public async Task Closing_twice_is_closing_once()
    {
        await CloseAsync();

        await Store.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(StoreOperations.Names), MemberType = typeof(StoreOperations))]
    public async Task A_call_cancelled_before_it_began_does_nothing(string operation)
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var before = await DescribeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreOperations.CallAsync(Store, operation, cancelled.Token));

        Assert.Equal(before, await DescribeAsync());
        Clock.Advance(TimeSpan.FromSeconds(30));
        await worker.CompleteAsync(3);
    }

    [Fact]
    public async Task Every_operation_takes_when_it_is_not_cancelled()
    {
        // Keeps the two theories honest: what they see refused would have worked.
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1);

        foreach (var operation in StoreOperations.Names) await StoreOperations.CallAsync(Store, operation, Cancel);

        Assert.Equal(4, await HeadAsync());
    }

    private async Task<string> DescribeAsync()
    {
        var state = await Log.GetStateAsync(Cancel);
        var counts = await Journal.GetCountsAsync(Cancel);
        var subscriptions = await Dispatches.LoadSubscriptionsAsync(Cancel);
        var tracks = (await Dispatches.LoadStateAsync(1, 0, Cancel)).Tracks;
        return $"{state} {string.Join(' ', counts)} {subscriptions.Count} {string.Join(' ', tracks)} {Observer.Notices.Count}";
    }
}
