using EventHub.AspNetCore.Http.OpenApi;

namespace EventHub.AspNetCore.Http;

/// <summary>What the OpenAPI document says of <c>/events</c>.</summary>
internal static class EventDocs
{
    private const string Tag = "events";

    private const string Event = """
        {"id":"01990000-0000-7000-8000-000000000001","sequence":42,"type":"user.created","version":"v1","source":"auth-service","subject":null,
         "payload":{"email":"ada@example.com"},"metadata":{},"organization_id":"org-456","user_id":"user-123","session_id":null,
         "instance_id":"host-1","schema":null,"entity":null,"operation":null,"status":"completed","retry_count":0,"error":null,
         "created_at":"2026-01-01T00:00:00.000Z","processed_at":"2026-01-01T00:00:00.010Z","completed_at":"2026-01-01T00:00:00.010Z"}
        """;

    private const string NewEvent = """
        {"type":"user.created","payload":{"email":"ada@example.com"},"version":"v1","source":"auth-service","subject":"user-123","metadata":{},
         "organization_id":"org-456","user_id":"user-123","session_id":"s-1","idempotency_key":"signup-123"}
        """;

    private const string CloudEvent = """
        {"specversion":"1.0","id":"A234-1234","source":"/auth","type":"user.created","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json",
         "organizationid":"org-456","data":{"email":"ada@example.com"}}
        """;

    private const string Accepted = """
        {"event_id":"01990000-0000-7000-8000-000000000001","sequence":42,"message":"Event accepted for processing","latency_ms":1.234}
        """;

    private const string Existed = """
        {"event_id":"01990000-0000-7000-8000-000000000001","sequence":42,"message":"Event already exists","latency_ms":0.345}
        """;

    private const string AcceptedBatch = """
        {"accepted":1,"events":[{"event_id":"01990000-0000-7000-8000-000000000001","sequence":42,"duplicate":false}]}
        """;

    private static readonly (string, string)[] s_keyHeaders =
    [
        ("X-Idempotency-Key", "A repeat with the same key and content is answered with the original; with other content with 409. 1 to 255 characters, kept 24 h by default."),
        ("Idempotency-Key", "The same as X-Idempotency-Key."),
    ];

    public static EndpointDoc Publish { get; } = new(
        Tag,
        "Publish an event",
        """
        Answered 202 once the event is durable. `type` (or its alias `event_type`) and `payload` are required; the payload is any JSON value and reaches
        every consumer byte for byte. Unknown and repeated fields are refused by name. Without a Content-Type the body is read as JSON. At most 1 MiB by
        default. CloudEvents 1.0 are taken in structured, batched and binary mode; their `source` and `id` make the idempotency key.
        """)
    {
        Headers = [.. s_keyHeaders, ("Prefer", "return=representation adds \"success\" and the whole event to the answer."), ("traceparent", "W3C trace context; deliveries continue it.")],
        Requests = [("application/json", NewEvent), ("application/cloudevents+json", CloudEvent), ("application/cloudevents-batch+json", $"[{CloudEvent}]")],
        Answers = [(202, "Durable", Accepted), (200, "The key was used before for the same content: the original (Idempotent-Replayed: true)", Existed)],
        Errors = [400, 409, 413, 415, 503],
    };

    public static EndpointDoc PublishBatch { get; } = new(
        Tag,
        "Publish up to 1000 events, all or nothing",
        """
        A JSON array, or newline-delimited JSON. Each item as for a single event, at most 1 MiB by default; the whole at most 16 MiB. Errors name the item:
        `[3].type`. A key in the header covers the batch; items may have their own `idempotency_key`, and those that are duplicates are marked.
        """)
    {
        Headers = s_keyHeaders,
        Requests = [("application/json", $"[{NewEvent}]"), ("application/x-ndjson", NewEvent.ReplaceLineEndings("")), ("application/cloudevents-batch+json", $"[{CloudEvent}]")],
        Answers = [(202, "All are durable", AcceptedBatch), (200, "The batch's key was used before: the original answer (Idempotent-Replayed: true)", AcceptedBatch)],
        Errors = [400, 409, 413, 415, 503],
    };

    public static EndpointDoc List { get; } = new(
        Tag,
        "List events",
        "Newest first unless `order=asc`. A page may hold fewer events than `limit` when they are large (16 MiB in all): follow `next_cursor` until it is null.")
    {
        Query =
        [
            ("type", "Patterns over types: user.created, user.*, audit.**; repeat it or separate with commas (at most 64)."),
            ("source", "The source equals."),
            ("organization_id", "The organization equals."),
            ("user_id", "The user equals."),
            ("since", "Created at or after this RFC 3339 time."),
            ("until", "Created before this RFC 3339 time."),
            ("order", "asc or desc; default desc."),
            ("limit", "1 to 1000; default 100."),
            ("cursor", "next_cursor of the page before, with the same filters and order."),
        ],
        Answers = [(200, "A page", $$"""{"events":[{{Event}}],"count":1,"next_cursor":null}""")],
        Errors = [400, 503],
    };

    public static EndpointDoc Find { get; } = new(Tag, "Get an event with its dispatches", "Readable right after its 202.")
    {
        Path = [("id", "The event's UUID.")],
        Answers =
        [
            (200, "The event; skipped are the subscriptions that were not active when it came", $$"""
                {"event":{{Event}},"dispatches":[{"id":"dsp_01990000000070008000000000000001_1_0","event_id":"01990000-0000-7000-8000-000000000001",
                 "sequence":42,"subscription_id":"s-1","subscription":"user-service","status":"complete","attempt_count":1,
                 "created_at":"2026-01-01T00:00:00.000Z","next_attempt_at":null,"resulted_at":"2026-01-01T00:00:00.010Z","last_error":null}],
                 "skipped":[{"subscription_id":"s-2","subscription":"mailer"}]}
                """),
        ],
        Errors = [400, 404, 503],
    };
}
