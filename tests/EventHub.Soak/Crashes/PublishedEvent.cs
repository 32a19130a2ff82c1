using System.Text;
using System.Text.Json;

namespace EventHub.Soak.Crashes;

/// <summary>An event of the soak: all of it follows from its number.</summary>
internal sealed record PublishedEvent(int Number, string? Key)
{
    private const int Users = 40;

    private static readonly string s_filler = string.Concat(Enumerable.Repeat("soak ", 400));

    public string UserId => $"user-{Number % Users}";

    public object Body => Key is null
        ? new { type = Type, user_id = UserId, payload = Payload }
        : new { type = Type, user_id = UserId, payload = Payload, idempotency_key = Key };

    private string Type => Number % 3 == 0 ? "soak.tick" : "soak.tock";

    private object Payload => new { number = Number, filler = s_filler[..(Number * 7919 % s_filler.Length)] };

    public static HttpContent Content(object body) => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
