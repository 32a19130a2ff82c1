using EventHub.Journal;
using EventHub.Storage;

namespace EventHub.Tests.Journal;

public sealed class DispatchCursorTests
{
    [Fact]
    public void A_cursor_reads_back_to_its_key()
    {
        foreach (var key in new DispatchKey[] { new(1, 2, 3), new(0, 0, 0), new(long.MaxValue, int.MaxValue, int.MaxValue) })
        {
            Assert.True(DispatchCursor.TryParse(DispatchCursor.Format(key), out var read));
            Assert.Equal(key, read);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-2")]
    [InlineData("1-2-3-4")]
    [InlineData("-1-2-3")]
    [InlineData("1-2-x")]
    [InlineData("1- 2-3")]
    [InlineData("99999999999999999999-1-1")]
    public void Anything_else_is_none(string text) => Assert.False(DispatchCursor.TryParse(text, out _));
}
