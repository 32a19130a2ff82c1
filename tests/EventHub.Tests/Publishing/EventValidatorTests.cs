using System.Text;
using EventHub.Publishing;

namespace EventHub.Tests.Publishing;

public sealed class EventValidatorTests
{
    private const int MaxBytes = 2000;
    private static readonly NewEvent s_plain = new() { Type = "user.created", Payload = "{}"u8.ToArray() };

    private static readonly Dictionary<string, (int Max, bool MayBeEmpty, Func<string, NewEvent> With)> s_texts = new()
    {
        ["version"] = (64, false, text => s_plain with { Version = text }),
        ["source"] = (512, false, text => s_plain with { Source = text }),
        ["subject"] = (512, true, text => s_plain with { Subject = text }),
        ["organization_id"] = (255, true, text => s_plain with { OrganizationId = text }),
        ["user_id"] = (255, true, text => s_plain with { UserId = text }),
        ["session_id"] = (255, true, text => s_plain with { SessionId = text }),
        ["schema"] = (255, true, text => s_plain with { Schema = text }),
        ["entity"] = (255, true, text => s_plain with { Entity = text }),
        ["operation"] = (255, true, text => s_plain with { Operation = text }),
        ["idempotency_key"] = (255, false, text => s_plain with { IdempotencyKey = text }),
    };

    public static TheoryData<string> Texts => [.. s_texts.Keys];

    [Fact]
    public void An_event_with_nothing_but_type_and_payload_is_valid() => Assert.Empty(Errors(s_plain));

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_is_bounded_and_holds_no_control_characters(string field)
    {
        var (max, mayBeEmpty, with) = s_texts[field];
        Assert.Empty(Errors(with(new string('x', max))));
        Assert.Equal(field, Assert.Single(Errors(with(new string('x', max + 1)))).Field);
        Assert.Equal(field, Assert.Single(Errors(with("a\nb"))).Field);
        Assert.Equal(field, Assert.Single(Errors(with("\0"))).Field);
        Assert.Equal(mayBeEmpty ? [] : [field], Errors(with("")).Select(e => e.Field));
        Assert.Empty(Errors(with("größe 作成 😀")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user..created")]
    [InlineData("user.*")]
    [InlineData("user created")]
    public void A_type_is_checked(string type) => Assert.Equal("type", Assert.Single(Errors(s_plain with { Type = type })).Field);

    [Fact]
    public void A_payload_is_required() => Assert.Equal("payload", Assert.Single(Errors(s_plain with { Payload = default })).Field);

    [Theory]
    [InlineData(1000, 1000, true)]
    [InlineData(1001, 1000, false)]
    [InlineData(1000, 1001, false)]
    public void Payload_and_metadata_together_are_bounded(int payload, int metadata, bool isValid) =>
        Assert.Equal(isValid, Errors(s_plain with { Payload = Text(payload), Metadata = Object(metadata) }).Count == 0);

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once_with_the_index()
    {
        List<FieldError>? errors = null;
        EventValidator.Validate(new NewEvent { Type = "", Payload = default, Source = "" }, 7, MaxBytes, ref errors);
        Assert.Equal(["payload", "source", "type"], errors!.Select(e => e.Field).Order());
        Assert.All(errors!, e => Assert.Equal(7, e.Index));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("null", true)]
    [InlineData(" 1.0 ", true)]
    [InlineData("\"text\"", true)]
    [InlineData("[1,{\"a\":[]}]", true)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    [InlineData("{", false)]
    [InlineData("{} {}", false)]
    [InlineData("nul", false)]
    [InlineData("{'a':1}", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("/* c */ 1", false)]
    [InlineData("NaN", false)]
    public void A_payload_is_one_JSON_value(string payload, bool isValid) => Assert.Equal(isValid, Errors(s_plain with { Payload = Encoding.UTF8.GetBytes(payload) }).Count == 0);

    [Fact]
    public void A_payload_is_UTF_8()
    {
        Assert.Equal("payload", Assert.Single(Errors(s_plain with { Payload = new byte[] { (byte)'"', 0xC3, (byte)'"' } })).Field);
        Assert.Equal("payload", Assert.Single(Errors(s_plain with { Payload = new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' } })).Field);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{\"a\":null}", true)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData("{", false)]
    public void Metadata_is_a_JSON_object(string metadata, bool isValid) =>
        Assert.Equal(isValid ? [] : ["metadata"], Errors(s_plain with { Metadata = Encoding.UTF8.GetBytes(metadata) }).Select(e => e.Field));

    private static List<FieldError> Errors(NewEvent item)
    {
        List<FieldError>? errors = null;
        EventValidator.Validate(item, null, MaxBytes, ref errors);
        EventValidator.ValidateJson(item, null, ref errors);
        return [.. (errors ?? []).DistinctBy(e => e.Field)];
    }

    private static byte[] Text(int length) => Encoding.UTF8.GetBytes('"' + new string('x', length - 2) + '"');

    private static byte[] Object(int length) => Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', length - 8) + "\"}");
}
