using EventHub.Publishing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Publishing;

public sealed class EventIdGeneratorTests
{
    [Fact]
    public void An_id_is_a_UUIDv7_of_the_clocks_millisecond()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0x0123_4567_89AB));
        for (var seed = 0; seed < 1000; seed++)
        {
            var id = new EventIdGenerator(clock, new Random(seed)).Next();
            Assert.StartsWith("01234567-89ab-7", id.ToString(), StringComparison.Ordinal);
            Assert.Equal(7, id.Version);
            Assert.InRange(id.Variant, 8, 11);
        }
    }

    [Fact]
    public void The_same_clock_and_randomness_give_the_same_ids_and_one_generator_never_the_same()
    {
        var clock = new FakeTimeProvider();
        var (one, other) = (new EventIdGenerator(clock, new Random(5)), new EventIdGenerator(clock, new Random(5)));
        var ids = Enumerable.Range(0, 1000).Select(_ => one.Next()).ToList();
        Assert.Equal(ids, Enumerable.Range(0, 1000).Select(_ => other.Next()));
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Fact]
    public void Later_ids_sort_after_earlier_ones()
    {
        var clock = new FakeTimeProvider();
        var ids = new EventIdGenerator(clock, new Random(5));
        var before = ids.Next().ToString();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(string.CompareOrdinal(ids.Next().ToString(), before) > 0);
    }
}
