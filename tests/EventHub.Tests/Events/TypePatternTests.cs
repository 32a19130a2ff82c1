using EventHub.Events;
using Xunit;

namespace EventHub.Tests.Events;

public class TypePatternTests
{
    [Theory]
    // * alone matches every type
    [InlineData("*", "user", true)]
    [InlineData("*", "user.created", true)]
    [InlineData("*", "a.b.c.d.e", true)]
    [InlineData("**", "user", true)]
    [InlineData("**", "a.b.c", true)]
    // exact
    [InlineData("user.created", "user.created", true)]
    [InlineData("user.created", "user.deleted", false)]
    [InlineData("user.created", "user.created.twice", false)]
    [InlineData("user.created", "user", false)]
    [InlineData("user", "user", true)]
    [InlineData("user", "user.created", false)]
    // case-sensitive, no folding of any kind
    [InlineData("user.created", "User.created", false)]
    [InlineData("user.*", "USER.created", false)]
    [InlineData("\u00e9.*", "e\u0301.x", false)]
    // the same number of segments
    [InlineData("user.*", "user.created", true)]
    [InlineData("user.*", "user", false)]
    [InlineData("user.*", "user.created.twice", false)]
    [InlineData("user.*", "users.created", false)]
    [InlineData("user.*", "use.created", false)]
    [InlineData("*.created", "user.created", true)]
    [InlineData("*.created", "user.deleted", false)]
    [InlineData("*.created", "created", false)]
    [InlineData("*.created", "a.b.created", false)]
    [InlineData("*.*", "a.b", true)]
    [InlineData("*.*", "a", false)]
    [InlineData("*.*", "a.b.c", false)]
    [InlineData("a.*.c", "a.b.c", true)]
    [InlineData("a.*.c", "a.b.d", false)]
    [InlineData("a.*.c", "a.c", false)]
    [InlineData("a.*.c", "a.b.b.c", false)]
    [InlineData("*.b.*", "a.b.c", true)]
    [InlineData("*.b.*", "a.c.b", false)]
    // a last ** matches one or more remaining segments
    [InlineData("user.**", "user.created", true)]
    [InlineData("user.**", "user.profile.changed", true)]
    [InlineData("user.**", "user.a.b.c.d", true)]
    [InlineData("user.**", "user", false)]
    [InlineData("user.**", "users.created", false)]
    [InlineData("user.*.**", "user.profile.changed", true)]
    [InlineData("user.*.**", "user.profile", false)]
    [InlineData("*.**", "a.b", true)]
    [InlineData("*.**", "a", false)]
    [InlineData("*.created.**", "user.created.twice", true)]
    [InlineData("*.created.**", "user.deleted.twice", false)]
    // what means something to other pattern languages means nothing here
    [InlineData("user.?", "user.x", false)]
    [InlineData("user.[ab]", "user.a", false)]
    [InlineData("user.%", "user.x", false)]
    [InlineData("us+er", "us+er", true)]
    public void A_pattern_matches_just_the_types_it_should(string pattern, string type, bool expected) =>
        Assert.Equal(expected, TypePattern.Parse(pattern).Matches(type));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "empty segment")]
    [InlineData("user.", "empty segment")]
    [InlineData(".user", "empty segment")]
    [InlineData("user..created", "empty segment")]
    [InlineData("*.", "empty segment")]
    [InlineData("user*", "whole segment")]
    [InlineData("*user", "whole segment")]
    [InlineData("user.cre*ted", "whole segment")]
    [InlineData("user.***", "whole segment")]
    [InlineData("***", "whole segment")]
    [InlineData("**.created", "last segment")]
    [InlineData("a.**.c", "last segment")]
    [InlineData("**.**", "last segment")]
    [InlineData("user. created", "white space")]
    [InlineData(" *", "white space")]
    [InlineData("user.\u0000", "control character")]
    public void What_is_no_pattern_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(TypePattern.TryParse(text, out var pattern, out var error));
        Assert.Null(pattern);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => TypePattern.Parse(text)).Message);
    }

    [Fact]
    public void A_partial_wildcard_is_refused_by_its_name_as_written()
    {
        Assert.False(TypePattern.TryParse("order.user*", out _, out var error));

        Assert.Contains("'order.user*'", error, StringComparison.Ordinal);
        Assert.Contains("'user*'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_shows_the_pattern_as_written()
    {
        Assert.False(TypePattern.TryParse("user.*..x", out _, out var error));

        Assert.Contains("'user.*..x'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_holds_no_control_characters()
    {
        Assert.False(TypePattern.TryParse("user\n.cre*\u0007", out _, out var error));

        Assert.DoesNotContain(error!, char.IsControl);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_pattern_is_as_long_as_a_type_at_most(int length, bool isPattern) =>
        Assert.Equal(isPattern, TypePattern.TryParse($"*.{new string('x', length - 2)}", out _, out _));

    [Theory]
    [InlineData("*", false, true, false)]
    [InlineData("**", false, true, false)]
    [InlineData("user", true, false, false)]
    [InlineData("user.created", true, false, false)]
    [InlineData("user.*", false, false, false)]
    [InlineData("user.**", false, false, true)]
    [InlineData("*.**", false, false, true)]
    public void A_pattern_knows_its_kind(string text, bool isExact, bool matchesAll, bool hasTail)
    {
        var pattern = TypePattern.Parse(text);

        Assert.Equal((isExact, matchesAll, hasTail), (pattern.IsExact, pattern.MatchesAll, pattern.HasTail));
        Assert.Equal(text.Split('.'), pattern.Segments);
        Assert.Equal(text, pattern.ToString());
    }

    [Fact]
    public void Patterns_are_equal_when_written_alike()
    {
        Assert.Equal(TypePattern.Parse("a.*"), TypePattern.Parse("a.*"));
        Assert.Equal(TypePattern.Parse("a.*").GetHashCode(), TypePattern.Parse("a.*").GetHashCode());
        Assert.NotEqual(TypePattern.Parse("a.*"), TypePattern.Parse("a.**"));
        Assert.NotEqual(TypePattern.Parse("a.b"), TypePattern.Parse("A.b"));
    }

    [Fact]
    public void Every_pattern_agrees_with_a_plain_reading_of_the_rule()
    {
        string[] segments = ["a", "b", "*", "**"];
        string[] types = [.. Sequences(["a", "b", "c"], 4)];
        foreach (var text in Sequences(segments, 4))
        {
            if (!TypePattern.TryParse(text, out var pattern, out _)) continue;
            Assert.All(types, type => Assert.True(pattern.Matches(type) == Reads(text, type), $"'{text}' against '{type}'"));
        }
    }

    /// <summary>The rule, word for word.</summary>
    private static bool Reads(string pattern, string type)
    {
        if (pattern == "*") return true;
        var (wanted, given) = (pattern.Split('.').ToList(), type.Split('.').ToList());
        if (wanted[^1] == "**")
        {
            wanted.RemoveAt(wanted.Count - 1);
            if (given.Count <= wanted.Count) return false;
            given.RemoveRange(wanted.Count, given.Count - wanted.Count);
        }

        return wanted.Count == given.Count && wanted.Zip(given).All(pair => pair.First == "*" || pair.First == pair.Second);
    }

    private static IEnumerable<string> Sequences(string[] segments, int longest) =>
        longest == 0 ? [] : segments.Concat(Sequences(segments, longest - 1).SelectMany(rest => segments.Select(first => $"{first}.{rest}")));
}
