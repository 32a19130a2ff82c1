using System.Text;
using EventHub.AspNetCore.Http.Json;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class SurrogateScanTests
{
    [Theory]
    [InlineData("""{"a":"plain"}""", false)]
    [InlineData("""{"a":"\ud83d\ude00"}""", false)]
    [InlineData("""{"a":"\uD83D\uDE00 \u00e9"}""", false)]
    [InlineData("""{"a":"\\ud83d"}""", false)]
    [InlineData("""{"a":"\ud83d"}""", true)]
    [InlineData("""{"a":"\ud83d\u0041"}""", true)]
    [InlineData("""{"a":"\ud83dx\ude00"}""", true)]
    [InlineData("""{"a":"\ud83d\ud83d\ude00"}""", true)]
    [InlineData("""{"a":"\ude00\ud83d"}""", true)]
    [InlineData("""["\\\ud83d"]""", true)]
    [InlineData("""{"\udc00":1}""", true)]
    public void Finds_halves_of_pairs(string json, bool expected) => Assert.Equal(expected, SurrogateScan.HasLoneSurrogate(Encoding.UTF8.GetBytes(json)));
}
