using System.Text;
using EventHub.Events;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace EventHub.Routing;

/// <summary>Reads the ordering key's value from an event: one of five fields, or a JSON path into the payload.</summary>
internal sealed class OrderingKey
{
    private readonly Func<Event, string?> _valueOf;

    private OrderingKey(Func<Event, string?> valueOf) => _valueOf = valueOf;

    /// <summary>Understands a checked key (see <see cref="SubscriptionValidator"/>); <c>null</c> for no order.</summary>
    public static OrderingKey? Parse(string? key) => key switch
    {
        null => null,
        "organization_id" => new OrderingKey(e => e.OrganizationId),
        "user_id" => new OrderingKey(e => e.UserId),
        "source" => new OrderingKey(e => e.Source),
        "subject" => new OrderingKey(e => e.Subject),
        "type" => new OrderingKey(e => e.Type),
        _ => new OrderingKey(e => FromPayload(e, key)),
    };

    /// <summary>The value; <c>null</c> when there is none.</summary>
    public string? ValueOf(Event item) => _valueOf(item) is { Length: > 0 } value ? value : null;

    /// <summary>The first selected value, when it is a string, number or boolean, as text. Anything else is no value.</summary>
    private static string? FromPayload(Event item, string path)
    {
        using var text = new StringReader(Encoding.UTF8.GetString(item.Payload.Span));
        using var reader = new JsonTextReader(text) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Double, MaxDepth = 128 };
        try
        {
            var value = JToken.ReadFrom(reader).SelectTokens(path).FirstOrDefault() as JValue;
            return value?.Value is null ? null : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            // Valid JSON all the same: deeper, or of longer numbers, than this reader takes, or a filter of the path compares what cannot be compared.
            // Thrown on, one such event would end the subscription's runner each time it is read.
            return null;
        }
    }
}
