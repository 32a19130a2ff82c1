using System.Globalization;
using System.Text.Json;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the body of <c>POST /subscriptions/{id}/replay</c>.</summary>
internal static class ReplayJsonReader
{
    private static readonly KnownFields s_fields = new("since", "from_sequence", "until");

    public static ReplayRequest Read(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        var request = default(ReplayRequest);
        var reader = new StrictObjectReader(body, s_fields, errors);
        while (reader.Next(out var field))
        {
            if (field == "since") request = request with { Since = reader.Time() };
            else if (field == "from_sequence") request = request with { FromSequence = reader.Integer(1, long.MaxValue) };
            else request = Until(in reader, request);
        }

        if (errors.Count > 0) return request;
        if (request is { Since: null, FromSequence: null }) reader.Add("since", "is required, or from_sequence in its place");
        if (request is { Since: not null, FromSequence: not null }) reader.Add("since", "and from_sequence cannot both be given");
        if (request is { FromSequence: { } from, UntilSequence: { } until } && until < from)
            reader.Add("until", string.Create(CultureInfo.InvariantCulture, $"is {until}; must not be less than from_sequence ({from})"));
        if (request is { Since: { } since, Until: { } end } && end <= since) reader.Add("until", "must be later than since");
        return request;
    }

    private static ReplayRequest Until(in StrictObjectReader reader, ReplayRequest request)
    {
        if (reader.Kind == JsonTokenType.Number) return request with { UntilSequence = reader.Integer(1, long.MaxValue) };
        if (reader.Kind == JsonTokenType.String && long.TryParse(reader.String(), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return request with { UntilSequence = sequence };
        return request with { Until = reader.Time() };
    }
}
