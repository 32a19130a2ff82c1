using System.Text;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.Publishing;
using Xunit;

namespace EventHub.Server.Tests.Http.Publishing;

public sealed class BatchItemsTests
{
    [Theory]
    [InlineData("""[{"a":[1]}, 2 ,"x"]""", """{"a":[1]}|2|"x" """)]
    [InlineData(""" [ {} ] """, "{}")]
    public void Cuts_an_array(string json, string expected) => Assert.Equal(expected.TrimEnd(), Join(BatchItems.OfArray(Bytes(json), [])));

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}|{\"b\":2}")]
    [InlineData("{\"a\":1}\r\n\r\n  \n{\"b\":2}", "{\"a\":1}\r|{\"b\":2}")]
    public void Cuts_lines(string text, string expected) => Assert.Equal(expected, Join(BatchItems.OfLines(Bytes(text), [])));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[{}")]
    [InlineData("[{}] x")]
    [InlineData("[{},]")]
    [InlineData("[1 2]")]
    public void Refuses_what_is_no_batch(string json)
    {
        var errors = new List<FieldError>();
        Assert.Empty(BatchItems.OfArray(Bytes(json), errors));
        Assert.Equal("body", Assert.Single(errors).Field);
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    public void Takes_a_thousand(int count, int expected)
    {
        var (array, lines) = (new List<FieldError>(), new List<FieldError>());
        BatchItems.OfArray(Bytes("[" + string.Join(",", Enumerable.Repeat("{}", count)) + "]"), array);
        BatchItems.OfLines(Bytes(string.Join("\n", Enumerable.Repeat("{}", count))), lines);
        Assert.Equal((expected, expected), (array.Count, lines.Count));
    }

    [Fact]
    public void Blank_lines_alone_are_an_empty_batch()
    {
        var errors = new List<FieldError>();
        Assert.Empty(BatchItems.OfLines(Bytes("\n \r\n"), errors));
        Assert.Single(errors);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Join(List<ReadOnlyMemory<byte>> items) => string.Join("|", items.Select(i => Encoding.UTF8.GetString(i.Span)));
}
