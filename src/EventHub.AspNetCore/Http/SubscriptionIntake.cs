using EventHub.AspNetCore.Http.Json;
using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http;

/// <summary>Makes and changes subscriptions of what requests say; <c>/subscriptions</c> and <c>/webhooks</c> share it.</summary>
internal sealed class SubscriptionIntake(SubscriptionService subscriptions, ISecretProtector protector, HubOptions options)
{
    /// <summary>Reads a body into a draft; adds everything that is wrong to the errors.</summary>
    public delegate void Reader(ReadOnlyMemory<byte> body, SubscriptionDraft draft, List<FieldError> errors);

    private readonly DeliverySettings _defaults = new() { Timeout = options.WebhookTimeout };

    /// <summary>Begins a new subscription.</summary>
    public SubscriptionDraft New() => SubscriptionDraft.New(_defaults);

    /// <summary>Creates what was read without errors.</summary>
    /// <returns>The subscription, or what is wrong with it.</returns>
    public async ValueTask<(Subscription? Subscription, IReadOnlyList<FieldError> Errors)> CreateAsync(SubscriptionDraft draft, CancellationToken cancellationToken)
    {
        var (version, errors) = await subscriptions.CreateAsync(WithSecret(draft), cancellationToken);
        return (version?.Subscription, errors);
    }

    /// <summary>Merges a body into a subscription. Nothing changes when anything is wrong.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="body">What to change; kept until this returns.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>The changed subscription and what was read, <c>null</c> when there is none, or what is wrong.</returns>
    public async ValueTask<(Subscription? Subscription, SubscriptionDraft? Draft, IReadOnlyList<FieldError> Errors)> UpdateAsync(
        string id, byte[] body, Reader read, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        SubscriptionDraft? draft = null;
        // Read anew for each try: what is wrong depends on what it is merged into.
        var (version, refused) = await subscriptions.UpdateAsync(
            id,
            current =>
            {
                errors.Clear();
                draft = SubscriptionDraft.Of(current, _defaults);
                read(body, draft, errors);
                return errors.Count == 0 ? WithSecret(draft) : current;
            },
            cancellationToken);
        return errors.Count > 0 ? (null, draft, errors) : (version?.Subscription, draft, refused);
    }

    /// <summary>A secret in the form subscriptions keep it.</summary>
    public ProtectedSecret Protect(string secret) => new(protector.Protect(secret), null);

    private Subscription WithSecret(SubscriptionDraft draft) =>
        draft is { Secret.IsGiven: true, Subscription.Destination: WebhookDestination webhook }
            ? draft.Subscription with { Destination = webhook with { Secrets = draft.Secret.Value is { } secret ? [Protect(secret)] : [] } }
            : draft.Subscription;
}
