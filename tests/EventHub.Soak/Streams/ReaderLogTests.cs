namespace EventHub.Soak.Streams;

/// <summary>What judges the readers sees what is wrong.</summary>
public sealed class ReaderLogTests
{
    private static readonly StreamedEvent[] s_log = [.. Enumerable.Range(1, 6).Select(n => new StreamedEvent(n, n % 2 == 0 ? "even" : "odd", "s"))];

    [Theory]
    [InlineData(0, "2,4,6", null)]
    [InlineData(2, "4,6", null)]
    [InlineData(0, "2,6", "should have seen 4, 6 and saw 6")]
    [InlineData(0, "2,4", "should have seen 6 and saw nothing more")]
    [InlineData(0, "2,4,4,6", "saw 4 after 4")]
    [InlineData(0, "4,2,6", "saw 2 after 4")]
    [InlineData(2, "2,4,6", "should have seen 4, 6 and saw 2, 4, 6")]
    [InlineData(0, "2,3,4,6", "should have seen 4, 6 and saw 3, 4, 6")]
    [InlineData(0, "", "saw 0 events, 3 are its own")]
    public void A_gap_a_repeat_and_what_is_not_its_own_are_found(int after, string seen, string? wrong)
    {
        var log = new ReaderLog("r", "even", null) { After = after };
        foreach (var sequence in seen.Split(',', StringSplitOptions.RemoveEmptyEntries)) log.Saw(long.Parse(sequence, System.Globalization.CultureInfo.InvariantCulture));
        if (wrong is null) Assert.Null(log.Judge(s_log));
        else Assert.Contains(wrong, log.Judge(s_log), StringComparison.Ordinal);
    }
}
