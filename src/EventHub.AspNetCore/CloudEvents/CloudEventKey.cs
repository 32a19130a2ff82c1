using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>The idempotency key of a CloudEvent: <c>source</c> and <c>id</c> together name it (CloudEvents 1.0, "id").</summary>
internal static class CloudEventKey
{
    private const int MaxLength = 255;

    /// <summary><c>ce:&lt;length of source&gt;:&lt;source&gt;:&lt;id&gt;</c>, unambiguous by the length; hashed when that is too long for a key.</summary>
    public static string Of(string source, string id)
    {
        var pair = string.Create(CultureInfo.InvariantCulture, $"{source.Length}:{source}:{id}");
        // Control characters, which keys must not hold, may stand in a JSON string: those go by their hash as well.
        if (pair.Length + 3 <= MaxLength && !pair.Any(char.IsControl)) return "ce:" + pair;
        return "ce:sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pair)));
    }
}
