namespace EventHub.Routing;

/// <summary>What holds for a dispatch when things go wrong.</summary>
public enum DeliveryGuarantee
{
    /// <summary>Attempted until it ends; an attempt whose end was not recorded is made again.</summary>
    AtLeastOnce,

    /// <summary>At most one attempt, ever; one whose end is unknown is <c>lost</c>.</summary>
    AtMostOnce,
}
