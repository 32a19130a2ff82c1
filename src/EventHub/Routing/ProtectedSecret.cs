namespace EventHub.Routing;

/// <summary>A signing secret, encrypted.</summary>
/// <param name="Ciphertext">What <see cref="Delivery.Destinations.ISecretProtector"/> made of it.</param>
/// <param name="ExpiresAt">A rotated-out secret signs along until then; <c>null</c> for the current one.</param>
public sealed record ProtectedSecret(string Ciphertext, DateTimeOffset? ExpiresAt);
