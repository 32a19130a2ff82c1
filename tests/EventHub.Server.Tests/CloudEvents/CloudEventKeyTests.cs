using EventHub.AspNetCore.CloudEvents;
using Xunit;

namespace EventHub.Server.Tests.CloudEvents;

public sealed class CloudEventKeyTests
{
    [Theory]
    [InlineData("a", "b:c", "a:b", "c")]
    [InlineData("a:1", ":b", "a", "1::b")]
    public void Different_pairs_have_different_keys(string source1, string id1, string source2, string id2) =>
        Assert.NotEqual(CloudEventKey.Of(source1, id1), CloudEventKey.Of(source2, id2));

    [Theory]
    [InlineData(200, 300)]
    [InlineData(500, 1)]
    public void A_long_key_is_hashed(int source, int id)
    {
        var key = CloudEventKey.Of(new string('s', source), new string('i', id));
        Assert.Equal("ce:sha256:".Length + 64, key.Length);
        Assert.NotEqual(key, CloudEventKey.Of(new string('s', source + 1), new string('i', id)));
    }

    [Fact]
    public void A_key_never_is_longer_than_keys_may_be() =>
        Assert.All(Enumerable.Range(1, 300), n => Assert.InRange(CloudEventKey.Of("/s", new string('i', n)).Length, 1, 255));

    [Fact]
    public void A_control_character_does_not_reach_the_key() => Assert.DoesNotContain(CloudEventKey.Of("/s", "a\nb"), char.IsControl);
}
