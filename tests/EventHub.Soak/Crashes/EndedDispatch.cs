namespace EventHub.Soak.Crashes;

/// <summary>A dispatch as <c>GET /dispatches</c> shows it.</summary>
internal sealed record EndedDispatch(string Id, Guid EventId, string Status, int Attempts);
