using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>What follows an attempt: a result, or a retry after a wait.</summary>
/// <param name="Status">The result; <see cref="DispatchStatus.Ongoing"/> for a retry.</param>
/// <param name="Wait">Before the retry, in milliseconds.</param>
internal readonly record struct Verdict(DispatchStatus Status, long Wait)
{
    public bool IsRetry => Status == DispatchStatus.Ongoing;

    public static Verdict End(DispatchStatus status) => new(status, 0);

    public static Verdict Retry(long wait) => new(DispatchStatus.Ongoing, wait);
}
