namespace EventHub.Soak.Crashes;

/// <summary>An event as <c>GET /events</c> shows it.</summary>
internal sealed record LoggedEvent(Guid Id, long Sequence, int Number, string UserId);
