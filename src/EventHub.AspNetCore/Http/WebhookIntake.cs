using EventHub.AspNetCore.Http.Json;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http;

/// <summary>Makes, changes and finds the subscriptions whose destination is a webhook; HTTP and RPC share it. Others are not found here.</summary>
internal sealed class WebhookIntake(SubscriptionService subscriptions, SubscriptionIntake intake)
{
    public const string Noun = "Webhook";

    /// <summary>All of them.</summary>
    public IEnumerable<Subscription> List() => subscriptions.List().Select(v => v.Subscription).Where(s => s.Destination is WebhookDestination);

    /// <summary>One of them, or <c>null</c>.</summary>
    public Subscription? Find(string id) => subscriptions.Find(id) is { Subscription: { Destination: WebhookDestination } webhook } ? webhook : null;

    /// <summary>Creates one.</summary>
    /// <param name="body">What it shall be.</param>
    /// <param name="isSigned">Unless the body says otherwise, its requests are signed with a new secret.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>It and its secret, or what is wrong.</returns>
    public async ValueTask<(Subscription? Webhook, string? Secret, IReadOnlyList<FieldError> Errors)> CreateAsync(
        ReadOnlyMemory<byte> body, bool isSigned, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var draft = intake.New();
        WebhookJsonReader.Read(body, draft, errors);
        if (errors.Count > 0) return (null, null, errors);
        if (isSigned && !draft.Secret.IsGiven) draft.Secret = new SecretField(true, WebhookSecret.Generate());
        var (webhook, refused) = await intake.CreateAsync(draft, cancellationToken);
        return (webhook, draft.Secret.Value, [.. refused.Select(e => e with { Field = WebhookJsonReader.CallersPath(draft, e.Field) })]);
    }

    /// <summary>Changes one.</summary>
    /// <returns>It and the secret that was set, what is wrong, or nothing when there is none.</returns>
    public async ValueTask<(Subscription? Webhook, string? Secret, IReadOnlyList<FieldError> Errors)> UpdateAsync(string id, byte[] body, CancellationToken cancellationToken)
    {
        if (Find(id) is null) return (null, null, []);
        var (webhook, draft, errors) = await intake.UpdateAsync(id, body, Read, cancellationToken);
        if (errors.Count > 0) return (null, null, [.. errors.Select(e => e with { Field = WebhookJsonReader.CallersPath(draft!, e.Field) })]);
        return webhook is { Destination: WebhookDestination } ? (webhook, draft!.Secret.Value, []) : (null, null, []);
    }

    /// <summary>Deletes one. False when there is none.</summary>
    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Find(id) is not null && await subscriptions.DeleteAsync(id, cancellationToken);

    // Somebody may have given it another kind of destination since it was looked up; then it is left as it is, and not found.
    private static void Read(ReadOnlyMemory<byte> body, SubscriptionDraft draft, List<FieldError> errors)
    {
        if (draft.Subscription.Destination is WebhookDestination) WebhookJsonReader.Read(body, draft, errors);
    }
}
