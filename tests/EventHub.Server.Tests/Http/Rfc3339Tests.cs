using EventHub.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("2026-01-31t12:00:00z", "2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("2026-01-31T12:00:00.5+01:30", "2026-01-31T10:30:00.5000000+00:00")]
    [InlineData("2026-01-31T12:00:00.123456789123Z", "2026-01-31T12:00:00.1234567+00:00")]
    [InlineData("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.0000000+00:00")]
    public void Reads_times(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("O"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00Z")]
    [InlineData("2026-01-31T12:00:00 01:00")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-01-31T25:00:00Z")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("1769860800")]
    [InlineData("yesterday")]
    public void Refuses_everything_else(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
