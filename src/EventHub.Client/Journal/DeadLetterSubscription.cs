using System.Text.Json;

namespace EventHub.Client.Journal;

/// <summary>The subscription of a dead letter.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Destination">Where it delivers to.</param>
public sealed record DeadLetterSubscription(string Id, string Name, JsonElement Destination);
