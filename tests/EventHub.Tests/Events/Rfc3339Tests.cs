using EventHub.Events;
using Xunit;

namespace EventHub.Tests.Events;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z")]
    [InlineData("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000Z")]
    [InlineData("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500Z")]
    [InlineData("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123Z")]
    [InlineData("2026-01-31T12:00:00+01:30", "2026-01-31T10:30:00.000Z")]
    [InlineData("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000Z")]
    [InlineData("2026-01-31T12:00:00.25-08:00", "2026-01-31T20:00:00.250Z")]
    public void Times_of_the_rfc_are_read(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(expected, EventJson.Time(time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00Z")]
    [InlineData("1769860800")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("2026-01-31T12:00:00.Z")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-01-31T25:00:00Z")]
    [InlineData("2026-01-31T12:00:00+0100")]
    [InlineData("2026-01-31T12:00:00 01:00")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData(" 2026-01-31T12:00:00Z")]
    [InlineData("20260131T120000Z0000")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    public void Anything_else_is_not(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
