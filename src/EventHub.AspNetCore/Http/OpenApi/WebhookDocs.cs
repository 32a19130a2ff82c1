namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>What the OpenAPI document says of <c>/webhooks</c>.</summary>
internal static class WebhookDocs
{
    private const string Tag = "webhooks";

    private const string Example = $$"""
        {"id":"01990000-0000-7000-8000-000000000000","name":"example.com","url":"https://example.com/hooks","events":["user.*"],"source":null,"condition":null,
         "format":"envelope","headers":{},"has_secret":true,"delivery":{{SubscriptionDocs.DeliveryExample}},"start":"now","active":true,"paused":false,
         "created_by":null,"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}
        """;

    private const string ExampleWithSecret = $$"""
        {"id":"01990000-0000-7000-8000-000000000000","name":"example.com","url":"https://example.com/hooks","events":["user.*"],"source":null,"condition":null,
         "format":"envelope","headers":{},"has_secret":true,"secret":"whsec_…","delivery":{{SubscriptionDocs.DeliveryExample}},"start":"now","active":true,"paused":false,
         "created_by":null,"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}
        """;

    private static readonly (string, string)[] s_id = [("id", "The webhook's id.")];

    public static EndpointDoc Create { get; } = new(
        Tag,
        "Create a webhook",
        "`url` and `events` are required; `name` (the URL's host), `format` (`envelope`, `payload`, `cloudevents`, `cloudevents-binary`), `headers`, `active`, `paused`, `source`, "
        + "`start`, `created_by` and every field of a subscription's `delivery` are optional. `secret`: left out, one is generated; `null`: requests are not signed; "
        + "`whsec_…` is base64 of the key, any other text is used as its UTF-8 bytes. The secret is shown in this answer and never again.")
    {
        Requests = [("application/json", """{"url":"https://example.com/hooks","events":["user.*"],"retry":{"limit":5,"constant_seconds":10}}""")],
        Answers = [(201, "Created; the only answer that shows the secret", $$"""{"success":true,"webhookId":"01990000-0000-7000-8000-000000000000","webhook":{{ExampleWithSecret}}}""")],
        Errors = [400, 413, 415, 503],
    };

    public static EndpointDoc List { get; } = new(Tag, "List webhooks", "All there are, in order of creation; never with their secrets.")
    {
        Answers = [(200, "The webhooks", $$"""{"webhooks":[{{Example}}]}""")],
        Errors = [400],
    };

    public static EndpointDoc Get { get; } = new(Tag, "Get a webhook", "As it stands now; never with its secret.")
    {
        Path = s_id,
        Answers = [(200, "The webhook", $$"""{"webhook":{{Example}}}""")],
        Errors = [404],
    };

    public static EndpointDoc Update { get; } = new(
        Tag,
        "Change a webhook",
        "A JSON merge patch (RFC 7396): fields that are named change, `null` resets one to its default. `secret` replaces the secret at once (`null`: requests are no longer signed); "
        + "to let receivers change over, use rotate-secret.")
    {
        Path = s_id,
        Requests = [("application/json", """{"active":false}""")],
        Answers = [(200, "The changed webhook, with the secret if the request set one", $$"""{"success":true,"webhook":{{Example}}}""")],
        Errors = [400, 404, 413, 415, 503],
    };

    public static EndpointDoc Delete { get; } = new(Tag, "Delete a webhook", "Nothing more is sent to it; dispatches that have not ended end `ignored`.")
    {
        Path = s_id,
        Answers = [(200, "Deleted", """{"success":true}""")],
        Errors = [404, 503],
    };

    public static EndpointDoc RotateSecret { get; } = new(
        Tag,
        "Give a webhook a new secret",
        "`secret`: the new one, generated when left out. The old one signs along for `grace_seconds` (86400; 0: not at all; at most 30 days): until then `webhook-signature` "
        + "holds a signature by each. `X-Signature` is by the new one from now on. The body may be left out.")
    {
        Path = s_id,
        Requests = [("application/json", """{"grace_seconds":86400}""")],
        IsBodyOptional = true,
        Answers =
        [
            (200, "The only answer that shows the secret",
                $$"""{"success":true,"secret":"whsec_…","previous_secret_expires_at":"2026-01-02T00:00:00.000Z","webhook":{{Example}}}"""),
        ],
        Errors = [400, 404, 413, 415, 503],
    };

    public static EndpointDoc Test { get; } = new(
        Tag,
        "Send a test event",
        "Publishes an event of type `webhook.triggered` that goes to this webhook alone, whatever its patterns; not while it is inactive. What became of it: `GET /events/{event_id}`.")
    {
        Path = s_id,
        Answers = [(202, "Published", """{"success":true,"event_id":"01990000-0000-7000-8000-000000000000"}""")],
        Errors = [404, 503],
    };
}
