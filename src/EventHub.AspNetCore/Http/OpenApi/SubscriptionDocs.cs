namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>What the OpenAPI document says of <c>/subscriptions</c>.</summary>
internal static class SubscriptionDocs
{
    /// <summary>How a subscription is delivered, as JSON.</summary>
    public const string DeliveryExample = """
        {"guarantee":"at_least_once","ordering_key":null,"delay_seconds":0,"timeout_ms":10000,"concurrency":64,"partitions":1,"rate_limit":null,"retry":{"limit":3,"schedule_seconds":[5,30,300]}}
        """;

    private const string Tag = "subscriptions";

    private const string Delivery =
        "`delivery.guarantee`: `at_least_once` or `at_most_once` (one request ever). `delivery.ordering_key`: `organization_id`, `user_id`, `source`, `subject`, `type` "
        + "or a JSON path into the payload; events of one value are delivered in order, one at a time. `delivery.retry`: `limit` with one of `schedule_seconds` "
        + "(the last value repeats), `constant_seconds` and `exponential` (`initial_seconds`, `max_seconds`, `factor` (2), `jitter` `none`|`full`|`decorrelated`). "
        + "`delivery.rate_limit`: `{\"limit\":100,\"period_seconds\":1}`. `delivery.partitions`: 1 to 64, at most `concurrency`: parts that can be delivered by several "
        + "processes, events of one `ordering_key` value in one of them; may be changed at any time.";

    private const string Example = $$"""
        {"id":"01990000-0000-7000-8000-000000000000","name":"user-service","events":["user.*"],"source":null,"condition":null,
         "destination":{"type":"webhook","url":"https://example.com/hooks","format":"envelope","headers":{},"has_secret":true},
         "delivery":{{DeliveryExample}},"start":"now","active":true,"paused":false,"created_by":null,
         "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}
        """;

    private static readonly (string, string)[] s_id = [("id", "The subscription's id.")];

    public static EndpointDoc Create { get; } = new(
        Tag,
        "Create a subscription",
        "`destination` is a webhook (`url`, `format`, `headers`, `secret`: write-only, requests are signed with it), a handler in the hub's process, or a client connected over RPC (`name`). "
        + "`start`: `now`, `beginning`, a sequence or a time. A `name` left out is made from the destination. " + Delivery)
    {
        Requests = [("application/json", """{"name":"user-service","events":["user.*"],"destination":{"type":"webhook","url":"https://example.com/hooks"}}""")],
        Answers = [(201, "Created; routing the next event", Example)],
        Errors = [400, 413, 415, 503],
    };

    public static EndpointDoc List { get; } = new(Tag, "List subscriptions", "All there are, in order of creation.")
    {
        Answers = [(200, "The subscriptions", $$"""{"subscriptions":[{{Example}}]}""")],
        Errors = [400],
    };

    public static EndpointDoc Get { get; } = new(Tag, "Get a subscription", "As it stands now.")
    {
        Path = s_id,
        Answers = [(200, "The subscription", Example)],
        Errors = [404],
    };

    public static EndpointDoc Update { get; } = new(
        Tag,
        "Change a subscription",
        "A JSON merge patch (RFC 7396): fields that are named change, `null` resets one to its default. In effect for the events after the change; destination details at once. "
        + "A new way to wait in `retry` replaces the old one; another `destination.type` replaces the destination. `start` cannot be changed: see replay.")
    {
        Path = s_id,
        Requests = [("application/json", """{"paused":true,"delivery":{"concurrency":8}}""")],
        Answers = [(200, "The changed subscription", Example)],
        Errors = [400, 404, 413, 415, 503],
    };

    public static EndpointDoc Delete { get; } = new(Tag, "Delete a subscription", "Nothing more is delivered for it; dispatches that have not ended end `ignored`.")
    {
        Path = s_id,
        Answers = [(200, "Deleted", """{"success":true}""")],
        Errors = [404, 503],
    };

    public static EndpointDoc Replay { get; } = new(
        Tag,
        "Deliver a range of the log again",
        "Just one of `since` (a time) and `from_sequence`; `until` is a sequence (inclusive) or a time (exclusive), by default the newest event. Filtered as the subscription "
        + "stands now, whether or not it was active then. Each dispatch gets an id of its own (a new generation).")
    {
        Path = s_id,
        Requests = [("application/json", """{"since":"2026-01-01T00:00:00Z"}""")],
        Answers = [(202, "What is being delivered again", """{"replay":{"generation":1,"from_sequence":1,"until_sequence":42}}""")],
        Errors = [400, 404, 413, 415, 503],
    };
}
