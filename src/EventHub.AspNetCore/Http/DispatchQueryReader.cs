using EventHub.Journal;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Reads the query string of <c>GET /dispatches</c>.</summary>
internal static class DispatchQueryReader
{
    /// <summary>Reads it.</summary>
    /// <param name="parameters">The parameters given.</param>
    /// <param name="query">Collects what is wrong.</param>
    /// <returns>What is asked for; meaningless when something is wrong.</returns>
    public static DispatchListRequest Read(IQueryCollection parameters, out StrictQuery query)
    {
        query = new StrictQuery(parameters, "status", "subscription_id", "event_id", "order", "limit", "cursor");
        return new DispatchListRequest
        {
            Status = Status(query),
            SubscriptionId = query.Text("subscription_id"),
            EventId = EventId(query),
            Descending = query.Descending(true),
            Limit = (int)query.Integer("limit", 1, 1000, 100),
            Cursor = Cursor(query),
        };
    }

    /// <summary>Reads <c>cursor</c>.</summary>
    public static DispatchKey? Cursor(StrictQuery query)
    {
        if (query.Text("cursor") is not { } text) return null;
        if (DispatchCursor.TryParse(text, out var key)) return key;
        query.Add("cursor", $"is '{StrictQuery.Printable(text)}'; must be a next_cursor of an earlier answer");
        return null;
    }

    private static DispatchStatus? Status(StrictQuery query)
    {
        if (query.Text("status") is not { } text) return null;
        var status = DispatchJson.ParseStatus(text);
        if (status is null)
        {
            var known = string.Join(", ", Enum.GetValues<DispatchStatus>().Select(DispatchJson.Name));
            query.Add("status", $"is '{StrictQuery.Printable(text)}'; must be one of {known}");
        }

        return status;
    }

    private static Guid? EventId(StrictQuery query)
    {
        if (query.Text("event_id") is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        query.Add("event_id", $"is '{StrictQuery.Printable(text)}'; must be an event's id, a UUID");
        return null;
    }
}
