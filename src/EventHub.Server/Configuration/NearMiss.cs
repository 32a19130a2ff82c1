namespace EventHub.Server.Configuration;

/// <summary>Finds what somebody may have meant.</summary>
internal static class NearMiss
{
    /// <summary>The known name closest to what was written, if it is close enough to be worth naming.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        var best = known
            .Select(name => (Name: name, Distance: Distance(Plain(written), Plain(name))))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Plain(best.Name).Length / 3) ? best.Name : null;
    }

    // Letter case and separators are what people mix up most; they count for nothing.
    private static string Plain(string name)
    {
        var plain = name.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return plain.StartsWith("EVENTHUB", StringComparison.Ordinal) && plain.Length > 8 ? plain[8..] : plain;
    }

    // Levenshtein, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
