using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>How dispatch statuses are called outside.</summary>
public static class DispatchNames
{
    /// <summary>The name of a status.</summary>
    public static string Of(DispatchStatus status) => status switch
    {
        DispatchStatus.Ongoing => "ongoing",
        DispatchStatus.Complete => "complete",
        DispatchStatus.Ignored => "ignored",
        DispatchStatus.Failed => "failed",
        DispatchStatus.Misconfigured => "misconfigured",
        DispatchStatus.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
