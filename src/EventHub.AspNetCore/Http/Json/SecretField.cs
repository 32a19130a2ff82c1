namespace EventHub.AspNetCore.Http.Json;

/// <summary>The field <c>secret</c> of a request.</summary>
/// <param name="IsGiven">It was there.</param>
/// <param name="Value">The secret; <c>null</c> when it was not there, or <c>null</c>: do not sign.</param>
internal readonly record struct SecretField(bool IsGiven, string? Value);
