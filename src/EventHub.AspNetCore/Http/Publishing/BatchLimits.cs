namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Limits of a batch.</summary>
internal static class BatchLimits
{
    /// <summary>Events, at most.</summary>
    public const int MaxEvents = 1000;

    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The longest body: 16 MiB, or one event of the largest size allowed where that is more.</summary>
    public static int Bytes(int maxEventBytes) => Math.Max(MaxBytes, maxEventBytes + 1024);
}
