using EventHub.AspNetCore.Http.OpenApi;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>What the OpenAPI document says of streams.</summary>
internal static class StreamDocs
{
    public static EndpointDoc Stream { get; } = new(
        "events",
        "Follow the log (Server-Sent Events)",
        """
        Answers `text/event-stream` and goes on until the client leaves. The first message is `{"type":"connected"}`; then come unnamed messages
        `{"type":"event","event":{…}}`, each with an `id` to resume from. The event is as it was published: its derived fields (`status` and those after it) are
        those of an event just appended, and line breaks between the payload's JSON tokens are spaces. A comment comes every 10 s by default (at least every 15 s); a block that holds
        only an `id` moves the resume point of a stream whose filter let nothing through (within 1 s).

        A client resumes with `Last-Event-ID`, without gap or duplicate; it goes before `last_event_id`, and both before `since`. A place that cannot be
        resumed from is answered with `{"type":"reset","reason":…}`: `trimmed` (removed by retention: goes on with the oldest event there is; comes later too, to a reader that
        retention overtakes), and `invalid`, `future`, `epoch` (not an id of this hub; not reached yet; of a log that was lost or restored): goes on with the next event.

        A client that leaves its buffers full for 30 s (by default) is disconnected and may resume. There are at most 10,000 streams (by default) at a time; past it 503 with
        `Retry-After`. When the hub stops, a stream ends with a `retry` field.
        """)
    {
        Query =
        [
            ("type", "Patterns over types: user.created, user.*, audit.**; repeat it or separate with commas (at most 64)."),
            ("source", "The source equals."),
            ("since", "A sequence (that event is the first; 0 for the oldest there is) or an RFC 3339 time: begins there, then goes live. Default: the next event."),
            ("last_event_id", "As the header, for clients that cannot set one."),
        ],
        Headers = [(StreamRequestReader.ResumeHeader, "The id of the last message received: goes on after it.")],
        Answers = [(200, "The stream, as text/event-stream", null)],
        Errors = [400, 503],
    };
}
