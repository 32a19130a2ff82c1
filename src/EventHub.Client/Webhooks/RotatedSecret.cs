namespace EventHub.Client.Webhooks;

/// <summary>A webhook's new secret.</summary>
/// <param name="Secret">The secret; shown in this answer and never again.</param>
/// <param name="PreviousSecretExpiresAt">Until when requests carry a signature by the old one too; <c>null</c> when they no longer do.</param>
/// <param name="Webhook">The webhook.</param>
public sealed record RotatedSecret(string Secret, DateTimeOffset? PreviousSecretExpiresAt, Webhook Webhook);
