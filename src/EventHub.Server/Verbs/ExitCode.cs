namespace EventHub.Server.Verbs;

/// <summary>What the process answers its caller.</summary>
internal static class ExitCode
{
    /// <summary>All well.</summary>
    public const int Success = 0;

    /// <summary>It could not do its work, or the data it checked does not hold together.</summary>
    public const int Failure = 1;

    /// <summary>It was called or configured wrongly; nothing was started.</summary>
    public const int Usage = 2;
}
