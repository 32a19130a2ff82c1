using EventHub.Log;

namespace EventHub.Tests.Log;

public sealed class ResumePointTests
{
    [Theory]
    [InlineData("0a1b2c3d:0")]
    [InlineData("0a1b2c3d:9223372036854775807")]
    public void What_is_written_is_read(string text)
    {
        Assert.True(ResumePoint.TryParse(text, out var point));
        Assert.Equal(text, point.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("5")]
    [InlineData(":5")]
    [InlineData("0a1b2c3d:")]
    [InlineData("0a1b2c3d:-1")]
    [InlineData("0a1b2c3d:+1")]
    [InlineData("0a1b2c3d: 1")]
    [InlineData("0a1b2c3d:1 ")]
    [InlineData("0a1b2c3d:9223372036854775808")]
    [InlineData("0A1B2C3D:1")]
    [InlineData("0a1b:2c3d:1")]
    [InlineData("0a\n:1")]
    public void Anything_else_is_not(string? text) => Assert.False(ResumePoint.TryParse(text, out _));
}
