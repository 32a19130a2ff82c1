using EventHub.Events;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>Reads the query string of <c>GET /events</c>.</summary>
internal static class EventQueryReader
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const int MaxTypes = 64;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">Collects what is wrong.</param>
    /// <returns>The query; meaningless when something is wrong.</returns>
    public static EventQuery Read(HttpRequest request, out StrictQuery query) => Read(request.Query, out query);

    /// <summary>Reads it, wherever the parameters come from.</summary>
    public static EventQuery Read(IQueryCollection parameters, out StrictQuery query)
    {
        query = new StrictQuery(parameters, "type", "source", "organization_id", "user_id", "since", "until", "order", "limit", "cursor");
        var cursor = Cursor(query);
        var descending = query.Descending(fallback: cursor?.Descending ?? true);
        if (cursor is { } place && place.Descending != descending) query.Add("cursor", "belongs to a list in the other order; leave order as it was");
        return new EventQuery
        {
            Types = Types(query),
            Source = query.Text("source"),
            OrganizationId = query.Text("organization_id"),
            UserId = query.Text("user_id"),
            Since = query.Time("since"),
            Until = query.Time("until"),
            Descending = descending,
            Cursor = cursor?.Sequence,
            Limit = (int)query.Integer("limit", 1, MaxLimit, DefaultLimit),
        };
    }

    private static EventCursor? Cursor(StrictQuery query)
    {
        if (query.Text("cursor") is not { } text) return null;
        if (EventCursor.TryParse(text, out var cursor)) return cursor;
        query.Add("cursor", "is not one this hub gave; take next_cursor of the last page as it is");
        return null;
    }

    /// <summary>The patterns of <c>type</c>; <c>null</c> when there are none.</summary>
    public static List<TypePattern>? Types(StrictQuery query)
    {
        var texts = query.List("type", MaxTypes);
        if (texts.Count == 0) return null;
        var patterns = new List<TypePattern>(texts.Count);
        foreach (var text in texts)
        {
            if (TypePattern.TryParse(text, out var pattern, out var error)) patterns.Add(pattern);
            else query.Add("type", error);
        }

        return patterns;
    }
}
