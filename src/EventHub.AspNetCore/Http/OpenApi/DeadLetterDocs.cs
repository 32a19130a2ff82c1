namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>What the OpenAPI document says of <c>/dead-letters</c>.</summary>
internal static class DeadLetterDocs
{
    private const string Tag = "dead letters";

    private const string Example = """
        {"id":"dsp_01990000000070008000000000000000_1_0","event_id":"01990000-0000-7000-8000-000000000000","sequence":42,
         "subscription_id":"01990000-0000-7000-8000-000000000001","status":"failed","attempt_count":1,"created_at":"2026-01-01T00:00:00.000Z","next_attempt_at":null,
         "resulted_at":"2026-01-01T00:00:01.000Z","last_error":"HTTP 400",
         "subscription":{"id":"01990000-0000-7000-8000-000000000001","name":"user-service",
          "destination":{"type":"webhook","url":"https://example.com/hooks","format":"envelope","headers":{},"has_secret":true}},
         "reason":"HTTP 400","dead_at":"2026-01-01T00:00:01.000Z",
         "event":{"id":"01990000-0000-7000-8000-000000000000","sequence":42,"type":"user.created","payload":{}},
         "attempts":[{"number":1,"started_at":"2026-01-01T00:00:00.900Z","duration_ms":100.5,"result":"rejected","http_status":400,"response_body":"no such user","error":"HTTP 400"}]}
        """;

    private static readonly (string, string)[] s_id = [("id", "The dead letter's id: its dispatch's.")];

    public static EndpointDoc List { get; } = new(Tag, "List dead letters", "Dispatches that were given up, with event, subscription, reason and attempts.")
    {
        Query =
        [
            ("subscription_id", "Of this subscription."),
            ("since", "Given up at or after this time."),
            ("until", "Given up before this time."),
            ("type", "Of events whose type matches this pattern."),
            ("order", "`desc` (default: newest event first) or `asc`."),
            ("limit", "1 to 1000; default 100."),
            ("cursor", "`next_cursor` of the page before."),
        ],
        Answers = [(200, "A page of dead letters", $$"""{"dead_letters":[{{Example}}],"next_cursor":null}""")],
        Errors = [400, 503],
    };

    public static EndpointDoc Get { get; } = new(Tag, "Get a dead letter", "With event, subscription, reason and attempts.")
    {
        Path = s_id,
        Answers = [(200, "The dead letter", Example)],
        Errors = [404, 503],
    };

    public static EndpointDoc Redrive { get; } = new(
        Tag, "Deliver a dead letter again", "Makes a new dispatch of it and takes it off the list. 409 when its subscription was deleted.")
    {
        Path = s_id,
        Answers = [(202, "The new dispatch", """{"dispatch_id":"dsp_01990000000070008000000000000000_1_1"}""")],
        Errors = [404, 409, 503],
    };

    public static EndpointDoc RedriveAll { get; } = new(
        Tag,
        "Deliver dead letters again",
        "All that match `subscription_id`, `since`, `until` (when they were given up) and `type` (a pattern); without a body, or with none of these, all there are. "
        + "Those of deleted subscriptions stay.")
    {
        Requests = [("application/json", """{"subscription_id":"01990000-0000-7000-8000-000000000001","type":"user.*"}""")],
        IsBodyOptional = true,
        Answers = [(202, "How many", """{"redriven":17}""")],
        Errors = [400, 413, 415, 503],
    };

    public static EndpointDoc Dismiss { get; } = new(Tag, "Take a dead letter off the list", "Its dispatch's result stays.")
    {
        Path = s_id,
        Answers = [(200, "Dismissed", """{"success":true}""")],
        Errors = [404, 503],
    };
}
