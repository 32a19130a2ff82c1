using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>A subscription while a request is being read into it: a new one, or a changed copy of one there is.</summary>
internal sealed class SubscriptionDraft
{
    private SubscriptionDraft(Subscription subscription, bool isNew, DeliverySettings defaults)
    {
        Subscription = subscription;
        IsNew = isNew;
        NeedsName = isNew;
        Defaults = defaults;
    }

    /// <summary>What was read so far. In a new one, what is required and was not given is empty.</summary>
    public Subscription Subscription { get; set; }

    /// <summary>Nothing to merge into.</summary>
    public bool IsNew { get; }

    /// <summary>What <c>null</c>, and leaving out in a new one, mean.</summary>
    public DeliverySettings Defaults { get; }

    /// <summary>The name is to be made from the destination.</summary>
    public bool NeedsName { get; set; }

    /// <summary>The signing secret the request brought.</summary>
    public SecretField Secret { get; set; }

    /// <summary>The kind of destination could not be told: what it holds says nothing.</summary>
    public bool IsDestinationUnknown { get; set; }

    /// <summary>The body was no JSON object; there is nothing to check.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Fields that were written inside <c>delivery</c>.</summary>
    public HashSet<string> NestedDelivery { get; } = new(StringComparer.Ordinal);

    /// <summary>Begins to read a new subscription.</summary>
    /// <param name="defaults">How it is delivered unless the request says otherwise.</param>
    public static SubscriptionDraft New(DeliverySettings defaults) =>
        new(new Subscription { Id = "", Name = "", Events = [], Destination = new WebhookDestination { Url = "" }, Delivery = defaults }, isNew: true, defaults);

    /// <summary>Begins to read changes.</summary>
    public static SubscriptionDraft Of(Subscription current, DeliverySettings defaults) => new(current, isNew: false, defaults);

    /// <summary>Fills in the name when the caller left it to the hub: the destination's host (never its path or query, which may hold secrets) or name.</summary>
    public void FillName()
    {
        if (!NeedsName) return;
        var name = Subscription.Destination switch
        {
            WebhookDestination webhook => Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) && url.Authority.Length > 0 ? url.Authority : "webhook",
            HandlerDestination { Name.Length: > 0 } handler => handler.Name,
            RpcDestination { Name.Length: > 0 } rpc => rpc.Name,
            _ => "subscription",
        };
        Subscription = Subscription with { Name = name };
    }
}
