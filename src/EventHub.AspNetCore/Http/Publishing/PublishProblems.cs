using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Why a publish was not done.</summary>
internal static class PublishProblems
{
    /// <summary>What became of it, when that is a problem; <c>null</c> when the events are there.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="isBatch">Problems name the index of an event.</param>
    public static Problem? Of(PublishResult result, bool isBatch) => result.Status switch
    {
        PublishStatus.Accepted or PublishStatus.Duplicate => null,
        PublishStatus.Invalid => Problem.Invalid(result.Errors),
        PublishStatus.Conflict => Conflict(isBatch && result.ConflictIndex >= 0 ? result.ConflictIndex : null),
        PublishStatus.QueueFull => Overloaded("Overloaded", "QUEUE_FULL", result),
        PublishStatus.Unavailable => Overloaded("Unavailable", "UNAVAILABLE", result),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    /// <summary>An event is too large.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="limit">What is allowed.</param>
    /// <param name="index">Its index in a batch.</param>
    public static Problem TooLarge(int length, int limit, int? index) => new(
        StatusCodes.Status413PayloadTooLarge, "Payload too large", [new FieldError("body", $"is {length} bytes long; an event may have at most {limit}", index)]);

    private static Problem Conflict(int? index) => new(
        StatusCodes.Status409Conflict,
        "Idempotency key conflict",
        [new FieldError("idempotency_key", "was used before for other content; nothing was stored", index)],
        Code: "IDEMPOTENCY_CONFLICT");

    private static Problem Overloaded(string title, string code, PublishResult result) =>
        new(StatusCodes.Status503ServiceUnavailable, title, [], result.Error, code) { RetryAfter = result.RetryAfter };
}
