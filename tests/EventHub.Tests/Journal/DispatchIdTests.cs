using EventHub.Journal;
using EventHub.Storage;

namespace EventHub.Tests.Journal;

public sealed class DispatchIdTests
{
    private static readonly Guid s_event = Guid.Parse("0199f5e1-7c2a-7b3c-8d4e-0123456789ab");

    [Fact]
    public void An_id_reads_back_to_what_it_was_made_of()
    {
        var text = DispatchId.Format(s_event, new DispatchKey(5, 12, 3));
        Assert.Equal("dsp_0199f5e17c2a7b3c8d4e0123456789ab_12_3", text);
        Assert.True(DispatchId.TryParse(text, out var eventId, out var subscription, out var generation));
        Assert.Equal((s_event, 12, 3), (eventId, subscription, generation));
    }

    [Fact]
    public void It_has_no_dot_and_nothing_that_a_URL_would_change() =>
        Assert.Matches("^[a-z0-9_]+$", DispatchId.Format(s_event, new DispatchKey(long.MaxValue, int.MaxValue, int.MaxValue)));

    [Theory]
    [InlineData("")]
    [InlineData("dsp")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_12")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_12_3_4")]
    [InlineData("dsx_0199f5e17c2a7b3c8d4e0123456789ab_12_3")]
    [InlineData("dsp_0199F5E17C2A7B3C8D4E0123456789AB_12_3")]
    [InlineData("dsp_0199f5e1-7c2a-7b3c-8d4e-0123456789ab_12_3")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_012_3")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_-1_3")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_ 12_3")]
    [InlineData("dsp_0199f5e17c2a7b3c8d4e0123456789ab_12_99999999999")]
    public void Anything_else_is_no_id(string text) => Assert.False(DispatchId.TryParse(text, out _, out _, out _));
}
