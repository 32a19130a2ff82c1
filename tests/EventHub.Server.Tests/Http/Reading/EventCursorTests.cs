using System.Buffers.Text;
using System.Text;
using EventHub.AspNetCore.Http.Reading;
using Xunit;

namespace EventHub.Server.Tests.Http.Reading;

public sealed class EventCursorTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(long.MaxValue, true)]
    public void Comes_back_as_it_went(long sequence, bool descending)
    {
        Assert.True(EventCursor.TryParse(new EventCursor(sequence, descending).ToString(), out var cursor));
        Assert.Equal(new EventCursor(sequence, descending), cursor);
    }

    [Theory]
    [InlineData("e1d")]
    [InlineData("e1x5")]
    [InlineData("e2d5")]
    [InlineData("e1d-5")]
    [InlineData("e1d05")]
    [InlineData("e1d 5")]
    [InlineData("e1d99999999999999999999")]
    [InlineData("")]
    public void Refuses_what_it_did_not_write(string plain) =>
        Assert.False(EventCursor.TryParse(Base64Url.EncodeToString(Encoding.ASCII.GetBytes(plain)), out _));

    [Theory]
    [InlineData("42")]
    [InlineData("!!")]
    [InlineData("ZTFkNQ==")]
    [InlineData("é")]
    public void Refuses_rubbish(string text) => Assert.False(EventCursor.TryParse(text, out _));
}
