using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class TraceParentTests
{
    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "00")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", "01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", "00")]
    [InlineData("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be", "01")]
    public void A_trace_goes_on_with_a_new_span(string parent, string flags)
    {
        var next = TraceParent.Next(parent, new Random(1));
        Assert.Matches($"^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{{16}}-{flags}$", next);
        Assert.DoesNotContain("00f067aa0ba902b7", next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n")]
    public void Without_a_valid_one_a_trace_begins(string? parent)
    {
        var next = TraceParent.Next(parent, new Random(1));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", next);
        Assert.DoesNotContain("4bf92f3577b34da6", next, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_never_all_zeros() => Assert.Equal($"00-{1:x16}{1:x16}-{1:x16}-01", TraceParent.Next(null, new Zeros()));

    private sealed class Zeros : Random
    {
        public override void NextBytes(Span<byte> buffer) => buffer.Clear();
    }
}
