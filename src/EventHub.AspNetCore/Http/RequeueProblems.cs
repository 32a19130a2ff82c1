using EventHub.Journal;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Why a dispatch is not delivered again.</summary>
internal static class RequeueProblems
{
    /// <summary>The problem; <c>null</c> when it is delivered again.</summary>
    public static Problem? Of(RequeueResult result, string noun) => result.Status switch
    {
        RequeueStatus.Requeued => null,
        RequeueStatus.NotFound => Problem.NotFound(noun),
        RequeueStatus.Ongoing => Conflict("Dispatch is ongoing", "The dispatch has not ended; wait for its result", "DISPATCH_IS_ONGOING"),
        RequeueStatus.SubscriptionDeleted => Conflict(
            "Subscription is deleted", "The dispatch's subscription was deleted: there is nowhere to deliver to", "SUBSCRIPTION_IS_DELETED"),
        _ => throw new InvalidOperationException($"{result.Status} is no answer."),
    };

    private static Problem Conflict(string title, string detail, string code) => new(StatusCodes.Status409Conflict, title, [], detail, code);
}
