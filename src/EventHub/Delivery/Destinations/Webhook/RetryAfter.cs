using System.Net.Http.Headers;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary><c>Retry-After</c> (RFC 9110, section 10.2.3): seconds or an HTTP date. What is neither is ignored.</summary>
internal static class RetryAfter
{
    /// <summary>Longest wait a destination can ask for; a longer one counts as this.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(1);

    /// <summary>The wait asked for; <c>null</c> for none.</summary>
    public static TimeSpan? Read(HttpResponseMessage answer, DateTimeOffset now) =>
        answer.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? Parse(values.FirstOrDefault() ?? "", now) : null;

    internal static TimeSpan? Parse(string text, DateTimeOffset now)
    {
        text = text.Trim();
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            // Read by hand: seconds past an int32 mean "long", not "garbage".
            return Capped(long.TryParse(text, out var seconds) && seconds < Max.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Max);
        }

        return RetryConditionHeaderValue.TryParse(text, out var condition) && condition.Date is { } date ? Capped(date - now) : null;
    }

    private static TimeSpan? Capped(TimeSpan wait) => wait <= TimeSpan.Zero ? null : wait < Max ? wait : Max;
}
