using EventHub.AspNetCore.Http.OpenApi;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>What the OpenAPI document says of <c>/consumers</c>.</summary>
internal static class ConsumerDocs
{
    private const string Tag = "consumers";

    private const string Example = """
        {"name":"billing","events":["order.*"],"start":"now","cursor":5,"head":10,"lag":5,"held_by":"billing-1","held_until":"2026-01-01T00:00:30.000Z",
         "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}
        """;

    private static readonly (string, string)[] s_name = [("name", "The consumer's name: 1 to 255 characters, none of them white space, control characters or a slash.")];

    private static readonly (string, string)[] s_header =
        [(ConsumerClient.Header, "The client's own name (1 to 255 visible ASCII characters): it then has the consumer for 30 s after each request for events.")];

    private static readonly (string, string) s_instance = (ConsumerClient.Parameter, "As the header, for clients that cannot set one.");

    public static EndpointDoc Put { get; } = new(
        Tag,
        "Create a consumer, or change which events one gets",
        """
        A consumer is a cursor the hub keeps for a client that fetches its events in order and acknowledges them. `events`: 1 to 100 patterns. `start`: `now` (default),
        `beginning`, a sequence (that event is the first) or a time; of one that exists already neither start nor cursor change. Retention keeps what a consumer has not
        acknowledged, unless it is hard: delete consumers that are not needed any more.
        """)
    {
        Path = s_name,
        Requests = [("application/json", """{"events":["order.*"],"start":"beginning"}""")],
        Answers = [(201, "Created", Example), (200, "It was there already; it gets these events from now on", Example)],
        Errors = [400, 413, 415, 503],
    };

    public static EndpointDoc List { get; } = new(Tag, "List consumers", "All there are, by name.")
    {
        Answers = [(200, "The consumers", $$"""{"consumers":[{{Example}}]}""")],
        Errors = [400, 503],
    };

    public static EndpointDoc Get { get; } = new(
        Tag,
        "Get a consumer",
        "`cursor`: every event up to it is acknowledged, or not the consumer's. `lag`: events of the log after it, the consumer's or not.")
    {
        Path = s_name,
        Answers = [(200, "The consumer", Example)],
        Errors = [404, 503],
    };

    public static EndpointDoc Delete { get; } = new(Tag, "Delete a consumer", "Also while a client has it: that client is answered 404, its stream ends.")
    {
        Path = s_name,
        Answers = [(200, "Deleted", """{"success":true}""")],
        Errors = [404, 503],
    };

    public static EndpointDoc Poll { get; } = new(
        Tag,
        "Get the events after the cursor",
        """
        In order; when there is none, as soon as there is one, or after `wait_ms`. Asking again gives the same events until they are acknowledged. Events have the form of
        streams: their derived fields are those of an event just appended. Fewer than `max` come when they are large (4 MiB in all). `reset` is `trimmed` when events
        after the cursor were removed by retention: those given are the oldest there are.

        One client at a time has a consumer; another is answered 409 with `held_by` and `held_until`. A client that names itself has it for 30 s after each request;
        one that does not has it only while it waits, so two of those that take turns go unnoticed.
        """)
    {
        Path = s_name,
        Query = [("max", "1 to 1000; default 100."), ("wait_ms", "0 to 60000; default 0: does not wait."), s_instance],
        Headers = s_header,
        Answers = [(200, "The events", """{"events":[{"id":"01990000-0000-7000-8000-000000000001","sequence":6,"type":"order.created","payload":{}}],"count":1,"cursor":5,"head":10,"lag":5,"reset":null}""")],
        Errors = [400, 404, 409, 503],
    };

    public static EndpointDoc Stream { get; } = new(
        Tag,
        "Follow a consumer (Server-Sent Events)",
        """
        As `/events/stream`, from the cursor on. What it gives is acknowledged as always, by `ack`, with the `X-Consumer-Instance` of this answer; a stream opened
        anew begins at the cursor, whatever its `Last-Event-ID`. It ends when the consumer is deleted.
        """)
    {
        Path = s_name,
        Query = [s_instance],
        Headers = s_header,
        Answers = [(200, "The stream, as text/event-stream", null)],
        Errors = [400, 404, 409, 503],
    };

    public static EndpointDoc Ack { get; } = new(
        Tag,
        "Acknowledge events",
        "Every event up to and including `sequence` is done with. Forward only: a sequence before the cursor is answered 409, the cursor itself is not. Durable when answered.")
    {
        Path = s_name,
        Query = [s_instance],
        Headers = s_header,
        Requests = [("application/json", """{"sequence":5}""")],
        Answers = [(200, "The consumer", Example)],
        Errors = [400, 404, 409, 413, 415, 503],
    };

    public static EndpointDoc Seek { get; } = new(
        Tag,
        "Move the cursor anywhere",
        "`to`: `now` (after the newest event), `beginning`, a sequence (that event is the next; to read event 5 again: 5) or a time. Not while another client has the consumer.")
    {
        Path = s_name,
        Query = [s_instance],
        Headers = s_header,
        Requests = [("application/json", """{"to":"beginning"}""")],
        Answers = [(200, "The consumer", Example)],
        Errors = [400, 404, 409, 413, 415, 503],
    };
}
