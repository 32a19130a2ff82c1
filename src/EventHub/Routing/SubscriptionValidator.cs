using EventHub.Publishing;

namespace EventHub.Routing;

/// <summary>The rules of subscriptions.</summary>
public static class SubscriptionValidator
{
    /// <summary>Everything that is wrong, with JSON field paths; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Validate(Subscription subscription) => throw new NotSupportedException();
}
