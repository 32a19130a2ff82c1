namespace EventHub.Routing;

/// <summary>A signing secret, encrypted.</summary>
/// <param name="Ciphertext">What <see cref="Delivery.Destinations.ISecretProtector"/> made of it.</param>
/// <param name="ExpiresAt">A rotated-out secret signs along until then; <c>null</c> for the current one.</param>
public sealed record ProtectedSecret(string Ciphertext, DateTimeOffset? ExpiresAt)
{
    /// <summary>
    /// Begins a <see cref="Ciphertext"/> that is the secret itself: one set by SQL, in a database that holds the keys of the others as well. No protector's
    /// text has a colon in it.
    /// </summary>
    internal const string PlainPrefix = "plain:";
}
