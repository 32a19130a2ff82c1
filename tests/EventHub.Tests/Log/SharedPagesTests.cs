using EventHub.Events;
using EventHub.Log;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Log;

public sealed class SharedPagesTests : IAsyncLifetime
{
    private readonly MemoryStore _memory = new(new FakeTimeProvider(), new Random(1));
    private readonly LogTail _tail = new(16, long.MaxValue);
    private readonly GatedStore _store;
    private readonly LogReader _reader;

    public SharedPagesTests()
    {
        _store = new GatedStore(_memory);
        _reader = new LogReader(_store.Log, _tail);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _memory.OpenAsync(new RecordingObserver(), Token);

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    [Fact]
    public async Task Readers_that_are_as_far_behind_get_the_same_events_from_one_read()
    {
        await AppendAsync(300);
        var first = await _reader.ReadAsync(0, 100, null, Token);
        var second = await _reader.ReadAsync(50, 10, null, Token);
        var rest = await _reader.ReadAsync(100, 100, null, Token);
        Assert.Equal(1, _store.Reads);
        EventAssert.Sequences(Enumerable.Range(51, 10).Select(n => (long)n), second.Events);
        Assert.Same(first.Events[50], second.Events[0]);
        Assert.Equal((28, 128L), (rest.Events.Count, rest.Through));
    }

    [Fact]
    public async Task A_page_that_is_not_whole_yet_is_not_shared()
    {
        await AppendAsync(127);
        Assert.Equal(127, (await _reader.ReadAsync(0, 200, null, Token)).Through);
        await AppendAsync(1);
        Assert.Equal(128, (await _reader.ReadAsync(0, 200, null, Token)).Through);
    }

    [Fact]
    public async Task A_page_that_retention_took_a_part_of_is_read_as_it_is()
    {
        await AppendAsync(200);
        await _memory.Log.TrimAsync(100, Make.Time, Token);
        EventAssert.Sequences(Enumerable.Range(101, 100).Select(n => (long)n), (await _reader.ReadAsync(0, 200, null, Token)).Events);
    }

    [Fact]
    public async Task Pages_of_large_events_are_read_by_each_reader_for_itself()
    {
        for (var i = 0; i < 128; i++)
        {
            await _memory.Log.AppendAsync(new AppendRequest { Events = [Make.Event(payload: $"\"{new string('x', 4096)}\"")], Now = Make.Time }, Token);
        }

        _tail.Start(128);
        var read = 0;
        for (var after = 0L; after < 128; read++) after = (await _reader.ReadStoreAsync(after, 128, 64 * 1024, null, Token)).Through;
        Assert.InRange(read, 8, 16);
    }

    [Fact]
    public async Task A_read_that_failed_is_told_to_all_who_waited_and_made_again_by_the_next()
    {
        await AppendAsync(128);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeRead = () => gate.Task;
        var one = _reader.ReadAsync(0, 10, null, Token).AsTask();
        var other = _reader.ReadAsync(10, 10, null, Token).AsTask();
        gate.SetException(new StorageException(StorageFailure.Unavailable, "gone"));
        await Assert.ThrowsAsync<StorageException>(() => one);
        await Assert.ThrowsAsync<StorageException>(() => other);
        Assert.Equal(1, _store.Reads);
        _store.BeforeRead = null;
        Assert.Equal(10, (await _reader.ReadAsync(0, 10, null, Token)).Events.Count);
    }

    [Fact]
    public async Task A_reader_that_leaves_does_not_end_the_read_of_another()
    {
        await AppendAsync(128);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeRead = () => gate.Task;
        using var leaving = new CancellationTokenSource();
        var leaver = _reader.ReadAsync(0, 10, null, leaving.Token).AsTask();
        var other = _reader.ReadAsync(0, 10, null, Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        gate.SetResult();
        Assert.Equal(10, (await other).Events.Count);
    }

    private async Task AppendAsync(int count)
    {
        await _memory.Log.AppendAsync(new AppendRequest { Events = Make.Events(count), Now = Make.Time }, Token);
        _tail.Start((await _memory.Log.GetStateAsync(Token)).Head);
    }
}
