namespace EventHub.Soak.Processes;

/// <summary>How soaks run: by themselves, for minutes (<c>./test soak</c>), or short in the suite, where a dozen other processes want the same processors.</summary>
internal static class SoakForm
{
    /// <summary>In the suite: less load, and more patience with what takes its time when it gets no processor. What may happen at all is the same.</summary>
    public static bool IsBesideOthers { get; } = Environment.GetEnvironmentVariable("EVENTHUB_SOAK_SECONDS") is null;

    /// <summary>How long something may take at most.</summary>
    /// <param name="alone">On a machine that does nothing else; in the suite three times as long, which for a stop is still within its deadline.</param>
    public static TimeSpan Limit(TimeSpan alone) => IsBesideOthers ? alone * 3 : alone;
}
