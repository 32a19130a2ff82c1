using EventHub.Log;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Log;

public sealed class AppenderTests : IAsyncLifetime
{
    private readonly GatedStore _store = new(new MemoryStore(new FakeTimeProvider(), new Random(1)));
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync(new RecordingObserver(), Token);
        _store.BeforeAppend = _ => _gate.Task;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Past_the_most_events_a_request_is_turned_away_at_once()
    {
        var appender = new Appender(_store.Log, maxPendingEvents: 3, long.MaxValue);
        var first = appender.AppendAsync(Request(2), Token);
        Assert.Equal(2, appender.Pending);
        Assert.Null(await appender.AppendAsync(Request(2), Token));
        Assert.Equal(2, appender.Pending);
        var second = appender.AppendAsync(Request(1), Token);
        Assert.Equal(3, appender.Pending);
        _gate.SetResult();
        Assert.NotNull(await first);
        Assert.NotNull(await second);
        Assert.Equal(0, appender.Pending);
        Assert.Equal(2, _store.Appends);
    }

    [Fact]
    public async Task Past_the_most_bytes_a_request_is_turned_away_at_once()
    {
        var appender = new Appender(_store.Log, int.MaxValue, maxPendingBytes: Make.Event().Size * 2);
        var first = appender.AppendAsync(Request(1), Token);
        Assert.Null(await appender.AppendAsync(Request(2), Token));
        _gate.SetResult();
        Assert.NotNull(await first);
        Assert.NotNull(await appender.AppendAsync(Request(2), Token));
    }

    [Fact]
    public async Task A_request_larger_than_the_limits_passes_when_nothing_waits()
    {
        _gate.SetResult();
        var appender = new Appender(_store.Log, maxPendingEvents: 1, maxPendingBytes: 1);
        Assert.Equal(10, (await appender.AppendAsync(Request(10), Token))!.Events.Count);
    }

    [Fact]
    public async Task A_failed_append_waits_no_more()
    {
        _gate.SetException(new StorageException(StorageFailure.DiskFull, "full"));
        var appender = new Appender(_store.Log, 10, long.MaxValue);
        await Assert.ThrowsAsync<StorageException>(async () => await appender.AppendAsync(Request(5), Token));
        Assert.Equal(0, appender.Pending);
    }

    private static AppendRequest Request(int count) => new() { Events = [.. Enumerable.Range(0, count).Select(_ => Make.Event())], Now = Make.Time };
}
