using System.Text;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using Xunit;

namespace EventHub.Server.Tests.Http.Json;

public sealed class StrictObjectReaderTests
{
    private static readonly KnownFields s_fields = new("name", "count", "ratio", "on", "tags", "inner");
    private static readonly KnownFields s_inner = new("x");

    [Fact]
    public void Reads_every_kind_of_value()
    {
        var errors = Read("""{"name":"a\u00e9","count":3,"ratio":1.5,"on":true,"tags":["p","q"],"inner":{"x":1}}""", out var values);
        Assert.Empty(errors);
        Assert.Equal("aé|3|1.5|True|p,q|1", values);
    }

    [Theory]
    [InlineData("""{"name":1,"count":"x","ratio":[],"on":"y","tags":{},"inner":2}""", "name", "count", "ratio", "on", "tags", "inner")]
    [InlineData("""{"count":2.5}""", "count")]
    [InlineData("""{"count":101}""", "count")]
    [InlineData("""{"count":99999999999999999999}""", "count")]
    [InlineData("""{"tags":["a",1]}""", "tags")]
    [InlineData("""{"tags":["a","b","c","d"]}""", "tags")]
    [InlineData("""{"nome":1,"naem":2}""", "nome", "naem")]
    [InlineData("""{"inner":{"y":1,"x":"s"}}""", "inner.y", "inner.x")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("""{"name":"a","count":}""", "count")]
    [InlineData("""{"name":"a"} x""", "body")]
    [InlineData("""{"name":"a",}""", "body")]
    [InlineData("""{"name":"a" """, "body")]
    [InlineData("""{"name":"a"}{}""", "body")]
    [InlineData("""// no comments{"name":"a"}""", "body")]
    [InlineData("", "body")]
    [InlineData("  ", "body")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("\uFEFF{}", "body")]
    public void Names_every_field_that_is_wrong(string json, params string[] fields) =>
        Assert.Equal(fields, Read(json, out _).Select(e => e.Field));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_by_field()
    {
        byte[] json = [.. "{\"count\":1,\"name\":\""u8, 0xC3, 0x28, .. "\",\"on\":true}"u8];
        var errors = Read(json, out var values);
        Assert.Equal("name", Assert.Single(errors).Field);
        Assert.Equal("|1||True||", values);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(5000, false)]
    public void A_value_may_be_nested_64_deep(int depth, bool isAllowed)
    {
        var errors = Read($$"""{"tags":{{new string('[', depth)}}{{new string(']', depth)}}}""", out _);
        Assert.Equal(!isAllowed, errors.Any(e => e.Message.Contains("nested deeper than 64", StringComparison.Ordinal)));
        Assert.All(errors, e => Assert.Equal("tags", e.Field));
    }

    [Fact]
    public void Null_is_a_value_of_every_field() => Assert.Empty(Read("""{"name":null,"count":null,"ratio":null,"on":null,"tags":null,"inner":null}""", out _));

    [Fact]
    public void Errors_are_bounded_however_many_fields_are_wrong()
    {
        var json = "{" + string.Join(",", Enumerable.Range(0, 5000).Select(i => $"\"f{i}\":1")) + "}";
        Assert.Equal(JsonLimits.MaxErrors, Read(json, out _).Count);
    }

    [Fact]
    public void Names_and_values_of_the_caller_are_cut_and_made_printable()
    {
        var message = Assert.Single(Read($$"""{"count":"{{new string('x', 9000)}}"}""", out _)).Message;
        Assert.True(message.Length < 200, message);
        var field = Assert.Single(Read($$"""{"{{new string('y', 9000)}}":1}""", out _)).Field;
        Assert.True(field.Length < 100, field);
    }

    [Fact]
    public void An_escaped_name_is_the_same_name() => Assert.Empty(Read("""{"n\u0061me":"a"}""", out _));

    [Fact]
    public void Raw_is_the_value_byte_for_byte()
    {
        var reader = new StrictObjectReader("""{ "inner" :  {"b":1.0, "a": 9007199254740993}  }"""u8.ToArray(), s_fields, []);
        Assert.True(reader.Next(out _));
        Assert.Equal("""{"b":1.0, "a": 9007199254740993}""", Encoding.UTF8.GetString(reader.Raw.Span));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"name":null}""", false)]
    [InlineData("{", false)]
    public void A_required_field_is_missed_only_when_all_was_read(string json, bool isMissed)
    {
        var errors = new List<FieldError>();
        var reader = new StrictObjectReader(Encoding.UTF8.GetBytes(json), s_fields, errors);
        while (reader.Next(out _))
        {
        }

        reader.Require("name");
        Assert.Equal(isMissed, errors.Exists(e => e.Field == "name"));
    }

    private static List<FieldError> Read(string json, out string values) => Read(Encoding.UTF8.GetBytes(json), out values);

    private static List<FieldError> Read(byte[] json, out string values)
    {
        var errors = new List<FieldError>();
        var reader = new StrictObjectReader(json, s_fields, errors);
        (string? name, long? count, double? ratio, bool? on, IReadOnlyList<string>? tags, long? x) = (null, null, null, null, null, null);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case "name": name = reader.String(); break;
                case "count": count = reader.Integer(0, 100); break;
                case "ratio": ratio = reader.Number(0, 2); break;
                case "on": on = reader.Boolean(); break;
                case "tags": tags = reader.Strings(3); break;
                case "inner":
                    if (!reader.TryObject(s_inner, out var inner)) break;
                    while (inner.Next(out _)) x = inner.Integer(0, 9);
                    break;
            }
        }

        values = FormattableString.Invariant($"{name}|{count}|{ratio}|{on}|{(tags is null ? null : string.Join(",", tags))}|{x}");
        return errors;
    }
}
