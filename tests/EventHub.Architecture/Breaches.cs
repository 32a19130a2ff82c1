namespace EventHub.Architecture;

/// <summary>What breaks a rule.</summary>
internal static class Breaches
{
    /// <summary>Fails, and shows all of them, unless there are none.</summary>
    public static void None(IEnumerable<string> breaches)
    {
        var all = string.Join('\n', breaches.Distinct());
        if (all.Length > 0) Assert.Fail(all);
    }
}
