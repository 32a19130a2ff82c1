using EventHub.Events;
using Xunit;

namespace EventHub.Tests.Events;

public class EventTypeTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("user.created")]
    [InlineData("User.Created")]
    [InlineData("com.example/orders.v1-beta_2")]
    [InlineData("größe.作成")]
    [InlineData("order.\ud83d\ude00")]
    [InlineData("1.2.3")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p")]
    public void Any_dot_separated_segments_are_a_type(string type) => Assert.Null(EventType.Validate(type));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "empty segment")]
    [InlineData("..", "empty segment")]
    [InlineData(".created", "empty segment")]
    [InlineData("user.", "empty segment")]
    [InlineData("user..created", "empty segment")]
    [InlineData("*", "patterns only")]
    [InlineData("user.*", "patterns only")]
    [InlineData("user created", "white space")]
    [InlineData("user.created ", "white space")]
    [InlineData("user.\u00a0", "white space")]
    [InlineData("user.\u2028x", "white space")]
    [InlineData("user\tcreated", "white space")]
    [InlineData("user.\u0000", "control character")]
    [InlineData("user.\u007f", "control character")]
    public void What_is_no_type_is_refused_with_the_reason(string type, string reason) =>
        Assert.Contains(reason, EventType.Validate(type), StringComparison.Ordinal);

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_type()
    {
        // Not theory data: attributes cannot carry such texts.
        string[] types = ["user.\ud83d", "user.\ude00", "user.\ude00\ud83d", "\ud83d.\ude00"];

        Assert.All(types, type => Assert.Contains("surrogate", EventType.Validate(type), StringComparison.Ordinal));
        Assert.All(types, type => Assert.False(TypePattern.TryParse(type, out _, out _)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_type_has_up_to_255_characters(int length, bool isType) => Assert.Equal(isType, EventType.Validate(new string('x', length)) is null);

    [Fact]
    public void A_type_that_is_too_long_is_told_how_long_it_is() => Assert.Contains("300", EventType.Validate(new string('x', 300)), StringComparison.Ordinal);

    [Fact]
    public void A_reason_quotes_a_long_type_in_part_and_without_control_characters()
    {
        var reason = EventType.Validate($"{new string('x', 70)}\u0007\n{new string('y', 150)}");

        Assert.NotNull(reason);
        Assert.InRange(reason.Length, 1, 200);
        Assert.DoesNotContain(reason, char.IsControl);
    }

    [Theory]
    [InlineData("a.b.c", "a", "b", "c")]
    [InlineData("schema.entity.created", "schema", "entity", "created")]
    public void Just_three_segments_are_split(string type, string schema, string entity, string operation)
    {
        Assert.True(EventType.TrySplit(type, out var first, out var second, out var third));
        Assert.Equal((schema, entity, operation), (first, second, third));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    public void Fewer_or_more_segments_are_not_split(string type)
    {
        Assert.False(EventType.TrySplit(type, out var first, out var second, out var third));
        Assert.Equal(("", "", ""), (first, second, third));
    }
}
