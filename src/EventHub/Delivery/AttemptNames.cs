using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;

namespace EventHub.Delivery;

/// <summary>How attempt outcomes are called in the journal and in metrics.</summary>
internal static class AttemptNames
{
    /// <param name="kind">How the attempt ended.</param>
    /// <param name="httpStatus">The status a webhook answered with: a handler that failed has none.</param>
    public static string Of(AttemptKind kind, int? httpStatus) => kind switch
    {
        AttemptKind.Complete => "complete",
        AttemptKind.Ignored => "ignored",
        AttemptKind.Failed => httpStatus is null ? "failed" : "http_error",
        AttemptKind.NetworkError => "network_error",
        AttemptKind.Timeout => "timeout",
        AttemptKind.Rejected => "rejected",
        AttemptKind.Gone => "gone",
        AttemptKind.Misconfigured => "misconfigured",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static DeliveryMetricStatus MetricStatus(AttemptKind kind) => kind switch
    {
        AttemptKind.Complete or AttemptKind.Ignored => DeliveryMetricStatus.Success,
        AttemptKind.NetworkError or AttemptKind.Timeout => DeliveryMetricStatus.NetworkError,
        _ => DeliveryMetricStatus.HttpError,
    };
}
