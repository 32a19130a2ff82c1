namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>What the OpenAPI document says of <c>/dispatches</c>.</summary>
internal static class DispatchDocs
{
    private const string Tag = "dispatches";

    private const string Fields = """
        "id":"dsp_01990000000070008000000000000000_1_0","event_id":"01990000-0000-7000-8000-000000000000","sequence":42,"subscription_id":"01990000-0000-7000-8000-000000000001",
        "subscription":"user-service","status":"failed","attempt_count":1,"created_at":"2026-01-01T00:00:00.000Z","next_attempt_at":null,
        "resulted_at":"2026-01-01T00:00:01.000Z","last_error":"HTTP 400"
        """;

    private static readonly (string, string)[] s_id = [("id", "The dispatch's id.")];

    public static EndpointDoc List { get; } = new(
        Tag, "List dispatches", "A dispatch is one event for one subscription. All filters that are given must hold.")
    {
        Query =
        [
            ("status", "`ongoing`, `complete`, `ignored`, `failed`, `misconfigured` or `lost`."),
            ("subscription_id", "Of this subscription."),
            ("event_id", "Of this event."),
            ("order", "`desc` (default: newest event first) or `asc`."),
            ("limit", "1 to 1000; default 100."),
            ("cursor", "`next_cursor` of the page before."),
        ],
        Answers = [(200, "A page of dispatches", $$"""{"dispatches":[{{{Fields}}}],"next_cursor":null}""")],
        Errors = [400, 503],
    };

    public static EndpointDoc Get { get; } = new(Tag, "Get a dispatch", "With its attempts; answers of destinations are cut at 1000 characters.")
    {
        Path = s_id,
        Answers =
        [
            (200, "The dispatch", $$"""
                {{{Fields}},"attempts":[{"number":1,"started_at":"2026-01-01T00:00:00.900Z","duration_ms":100.5,"result":"rejected","http_status":400,"response_body":"no such user","error":"HTTP 400"}]}
                """),
        ],
        Errors = [404, 503],
    };

    public static EndpointDoc Retry { get; } = new(
        Tag,
        "Deliver an ended dispatch again",
        "Makes a new dispatch of the same event for the same subscription. `delay_seconds`: wait before its first attempt. `max_retries` and `retry_delay` (seconds) stand in "
        + "for the subscription's retry settings. The body may be left out.")
    {
        Path = s_id,
        Requests = [("application/json", """{"delay_seconds":0,"max_retries":3,"retry_delay":10}""")],
        IsBodyOptional = true,
        Answers = [(202, "The new dispatch", """{"dispatch_id":"dsp_01990000000070008000000000000000_1_1"}""")],
        Errors = [400, 404, 409, 413, 415, 503],
    };
}
