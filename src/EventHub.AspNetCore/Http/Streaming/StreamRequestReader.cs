using System.Globalization;
using EventHub.AspNetCore.Http.Reading;
using EventHub.Events;
using EventHub.Log;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>Reads the query and the headers of <c>GET /events/stream</c>.</summary>
internal static class StreamRequestReader
{
    public const string ResumeHeader = "Last-Event-ID";

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">Collects what is wrong.</param>
    /// <returns>What is asked for; meaningless when something is wrong.</returns>
    public static StreamRequest Read(HttpRequest request, out StrictQuery query)
    {
        var asked = Read(request.Query, out query);
        return request.Headers[ResumeHeader] is { Count: > 0 } header && header.ToString() is { Length: > 0 } text
            ? asked with { Start = StreamStart.Resume(text) }
            : asked;
    }

    /// <summary>
    /// Reads it, wherever the parameters come from. A resume point goes before <c>since</c>: a client that lost its connection repeats what it asked for
    /// and adds where it stood. Whatever a resume point is, it is answered by the stream: a reader that gets an error for it would never come back.
    /// </summary>
    public static StreamRequest Read(IQueryCollection parameters, out StrictQuery query)
    {
        query = new StrictQuery(parameters, "type", "source", "since", "last_event_id");
        var filter = new EventFilter { Types = EventQueryReader.Types(query), Source = query.Text("source") };
        var since = Since(query);
        return new StreamRequest(query.Text("last_event_id", StrictQuery.MaxLength) is { } resume ? StreamStart.Resume(resume) : since, filter);
    }

    private static StreamStart Since(StrictQuery query)
    {
        if (query.Text("since") is not { } text) return StreamStart.Head;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return StreamStart.FromSequence(sequence);
        if (Rfc3339.TryParse(text, out var time)) return StreamStart.FromTime(time);
        query.Add("since", $"is '{StrictQuery.Printable(text)}'; must be a sequence or an RFC 3339 time such as 2026-01-31T12:00:00Z (in a URL write + as %2B)");
        return StreamStart.Head;
    }
}
