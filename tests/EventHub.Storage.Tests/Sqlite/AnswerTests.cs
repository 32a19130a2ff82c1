using EventHub.Sqlite;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class AnswerTests : IAsyncDisposable
{
    private const string Writer = "eventhub-sqlite-writer";
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_goes_on_on_the_writer_only_where_the_options_say_so(bool answersOnWriter)
    {
        var store = await _folder.OpenAsync(o => o with { AnswersOnWriter = answersOnWriter });
        using var gate = await WriterGate.CloseAsync(store);

        var threads = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AppendAsync(store)));
        await gate.OpenAsync();

        Assert.All(await threads, name => Assert.Equal(answersOnWriter, name == Writer));
    }

    [Fact]
    public async Task What_goes_on_on_the_writer_may_append_again_and_fail()
    {
        var store = await _folder.OpenAsync(o => o with { AnswersOnWriter = true });
        using var gate = await WriterGate.CloseAsync(store);

        var again = AppendAsync(store, async () => await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(2)), Cancel));
        var failing = AppendAsync(store, () => throw new InvalidOperationException("a caller's own"));
        var other = AppendAsync(store);
        await gate.OpenAsync();

        Assert.Equal("a caller's own", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await again;
        await other;
        Assert.Equal(5, (await store.Log.GetStateAsync(Cancel)).Head);
    }

    /// <summary>Appends an event; the name of the thread on which that went on.</summary>
    private static async Task<string?> AppendAsync(SqliteStore store, Func<Task>? then = null)
    {
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event()), Cancel);
        var name = Thread.CurrentThread.Name;
        if (then is not null) await then();
        return name;
    }
}
