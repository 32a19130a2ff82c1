namespace EventHub.Routing;

/// <summary>Which events, where to, how. Immutable: a change makes a new version (see <see cref="SubscriptionVersion"/>).</summary>
public sealed record Subscription
{
    /// <summary>Text id, unique for ever; a UUIDv7 unless its creator chose one.</summary>
    public required string Id { get; init; }

    /// <summary>Name shown to people and used as the <c>subscriber</c> label of metrics; 1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Patterns over event types (see <see cref="Events.TypePattern"/>); an event matching any of them is the subscription's. At least one.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Only events of this source; <c>null</c> for all.</summary>
    public string? Source { get; init; }

    /// <summary>Where to.</summary>
    public required Destination Destination { get; init; }

    /// <summary>How.</summary>
    public DeliverySettings Delivery { get; init; } = new();

    /// <summary>Where in the log it began, as its creator wrote it: <c>now</c>, <c>beginning</c>, a sequence or a time.</summary>
    public string Start { get; init; } = "now";

    /// <summary>
    /// When false, events published meanwhile are skipped for good (a replay delivers them), and what was owed before waits, retries and redrives included: nothing
    /// is delivered until it is true again. Default true.
    /// </summary>
    public bool Active { get; init; } = true;

    /// <summary>True: events are held, and delivered on resume.</summary>
    public bool Paused { get; init; }

    /// <summary>Who made it; free text.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The form stores keep: UTF-8 JSON. Secrets in it are encrypted.</summary>
    public byte[] ToStoredJson() => SubscriptionJson.Serialize(this);

    /// <summary>Reads <see cref="ToStoredJson"/>.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not the stored form.</exception>
    public static Subscription FromStoredJson(ReadOnlySpan<byte> json) => SubscriptionJson.Deserialize(json);
}
