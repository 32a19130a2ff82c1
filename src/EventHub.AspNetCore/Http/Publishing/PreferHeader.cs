using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>The <c>Prefer</c> header (RFC 7240).</summary>
internal static class PreferHeader
{
    /// <summary>The one preference that is honoured on a publish.</summary>
    public const string Representation = "return=representation";

    /// <summary>Whether the answer shall hold the event.</summary>
    public static bool WantsRepresentation(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue("Prefer", out var values)) return false;
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var preference = value.AsSpan(range);
                var parameters = preference.IndexOf(';');
                if (parameters >= 0) preference = preference[..parameters];
                // The value may be a token or a quoted string.
                if (preference.Trim().Equals(Representation, StringComparison.OrdinalIgnoreCase)
                    || preference.Trim().Equals("return=\"representation\"", StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
