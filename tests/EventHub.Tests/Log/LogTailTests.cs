using EventHub.Events;
using EventHub.Log;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Log;

public sealed class LogTailTests
{
    [Fact]
    public void It_begins_where_the_log_stands()
    {
        var tail = Tail(16, head: 41);
        Assert.Equal(41, tail.Head);
        Assert.Empty(Read(tail, 41)!);
        Assert.Null(Read(tail, 40));
        tail.Append(Events(42, 43));
        Assert.Equal([42, 43], Read(tail, 41));
    }

    [Fact]
    public void A_head_learned_from_elsewhere_may_come_while_a_commit_is_taken_in()
    {
        const int Commits = 4000;
        const int Size = 64;
        var tail = Tail(Size);
        var committed = 0L;
        using var done = new CancellationTokenSource();
        Parallel.Invoke(
            () =>
            {
                try
                {
                    for (var i = 0; i < Commits; i++)
                    {
                        var events = Events((i * Size) + 1, (i + 1) * Size);
                        // What the poll sees before the observer is told. Every other commit fills the ring undisturbed.
                        if (i % 2 == 1) Volatile.Write(ref committed, events[^1].Sequence);
                        tail.Append(events);
                    }
                }
                finally
                {
                    done.Cancel();
                }
            },
            () =>
            {
                while (!done.IsCancellationRequested) tail.MoveHead(Volatile.Read(ref committed));
            });
        tail.Append(Events((Commits * Size) + 1, (Commits * Size) + 1));
        Assert.Equal([(Commits * Size) + 1], Read(tail, Commits * Size));
    }

    [Fact]
    public void The_newest_overwrite_the_oldest()
    {
        var tail = Tail(16);
        tail.Append(Events(1, 40));
        Assert.Equal(40, tail.Head);
        Assert.Null(Read(tail, 23));
        Assert.Equal(Range(25, 40), Read(tail, 24));
    }

    [Fact]
    public void It_holds_no_more_bytes_than_it_may_but_always_the_newest()
    {
        var size = Make.Event().Size;
        var tail = new LogTail(16, size * 3);
        tail.Append(Events(1, 10));
        Assert.Null(Read(tail, 6));
        Assert.Equal([8, 9, 10], Read(tail, 7));
        tail.Append([Make.Event(payload: '"' + new string('x', 100_000) + '"').At(11)]);
        Assert.Null(Read(tail, 9));
        Assert.Equal([11], Read(tail, 10));
        tail.Append(Events(12, 14));
        Assert.Equal([12, 13, 14], Read(tail, 11));
    }

    [Fact]
    public void After_a_gap_it_begins_anew()
    {
        var tail = Tail(16);
        tail.Append(Events(1, 3));
        tail.Append(Events(6, 7));
        Assert.Equal(7, tail.Head);
        Assert.Null(Read(tail, 0));
        Assert.Null(Read(tail, 4));
        Assert.Equal([6, 7], Read(tail, 5));
    }

    [Fact]
    public void A_head_that_moved_elsewhere_is_read_from_the_store()
    {
        var tail = Tail(16);
        tail.Append(Events(1, 3));
        tail.MoveHead(5);
        Assert.Equal(5, tail.Head);
        Assert.Null(Read(tail, 3));
        tail.Append(Events(6, 6));
        Assert.Equal([6], Read(tail, 5));
        tail.MoveHead(2);
        Assert.Equal(6, tail.Head);
    }

    [Fact]
    public void What_it_was_told_before_changes_nothing()
    {
        var tail = Tail(16);
        tail.Append(Events(1, 5));
        tail.Append(Events(2, 4));
        tail.Append([]);
        Assert.Equal(5, tail.Head);
        Assert.Equal(Range(1, 5), Read(tail, 0));
    }

    [Fact]
    public void A_page_ends_at_its_count_or_its_bytes()
    {
        var tail = Tail(16);
        tail.Append(Events(1, 9));
        Assert.Equal([1, 2, 3], Read(tail, 0, maxCount: 3));
        Assert.Equal([1, 2], Read(tail, 0, maxBytes: Make.Event().Size + 1));
        Assert.Equal([1], Read(tail, 0, maxBytes: 1));
    }

    [Fact]
    public async Task Every_move_of_the_head_wakes_the_router()
    {
        var tail = Tail(16);
        var signal = new AsyncSignal();
        tail.Watch(signal);
        tail.Append(Events(1, 1));
        await signal.WaitAsync();
        tail.MoveHead(2);
        await signal.WaitAsync();
        tail.Unwatch();
        tail.Append(Events(3, 3));
        Assert.False(signal.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_reader_alongside_the_writer_sees_each_event_once_in_order_or_is_told_to_read_the_store()
    {
        const int Count = 200_000;
        var tail = Tail(64);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadAll(tail, Count), TestContext.Current.CancellationToken)).ToList();
        for (var sequence = 1; sequence <= Count; sequence += 4) tail.Append(Events(sequence, sequence + 3));
        Assert.All(await Task.WhenAll(readers), read => Assert.True(read > 0));
    }

    private static int ReadAll(LogTail tail, long last)
    {
        var after = 0L;
        var read = 0;
        var page = new List<Event>();
        while (after < last)
        {
            page.Clear();
            if (tail.TryRead(after, 16, long.MaxValue, page))
            {
                foreach (var item in page) Assert.Equal(++after, item.Sequence);
                read += page.Count;
            }
            else
            {
                Assert.Empty(page);
                after = tail.Head - 1;
            }
        }

        return read;
    }

    private static LogTail Tail(int capacity, long head = 0)
    {
        var tail = new LogTail(capacity, long.MaxValue);
        tail.Start(head);
        return tail;
    }

    private static List<long>? Read(LogTail tail, long after, int maxCount = int.MaxValue, long maxBytes = long.MaxValue)
    {
        var page = new List<Event>();
        return tail.TryRead(after, maxCount, maxBytes, page) ? [.. page.Select(e => e.Sequence)] : null;
    }

    private static IEnumerable<long> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => (long)n);

    private static Event[] Events(int first, int last) => [.. Range(first, last).Select(sequence => Make.Event().At(sequence))];
}
