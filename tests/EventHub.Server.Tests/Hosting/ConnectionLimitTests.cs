using EventHub.Server.Hosting;

namespace EventHub.Server.Tests.Hosting;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData("1024", 362)]
    [InlineData("20000", 9850)]
    [InlineData("1048576", 50_000)]
    [InlineData("unlimited", 50_000)]
    [InlineData("256", 16)]
    public void Is_half_the_file_descriptors_there_are_to_spare(string files, int expected) => Assert.Equal(expected, ConnectionLimit.Of(
        ["Limit                     Soft Limit           Hard Limit           Units", $"Max open files            {files,-20} 1048576              files"]));

    [Fact]
    public void Is_a_number_that_can_be_used() => Assert.InRange(ConnectionLimit.Find(), 16, 50_000);
}
