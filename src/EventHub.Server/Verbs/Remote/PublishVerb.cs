using System.CommandLine;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub publish</c>: publishes one event, or many from lines.</summary>
internal static class PublishVerb
{
    private const string Page =
        $$"""
        Usage: eventhub publish TYPE [PAYLOAD | - | @FILE] [options]
               eventhub publish --lines [TYPE] [- | @FILE] [options]

        Publishes an event; the hub has it on disk when this returns. PAYLOAD is JSON, and is {} when left out. "-" reads it
        from the standard input, "@file" from a file. With --lines, each line is a payload of TYPE, or without TYPE a whole
        event: {"type":…,"payload":…, and any field of an event}. Lines are published in order, many in a request; one that is refused is
        told with its number, and the rest goes on.

        Examples:
          eventhub publish user.created '{"name":"Ada"}'
          eventhub publish user.created @ada.json --user u1 --key signup-1
          date +%s | eventhub publish clock.tick -
          eventhub publish --lines < events.ndjson
          jq -c '.[]' users.json | eventhub publish --lines user.imported

        Options:
          --source NAME   --subject TEXT   --organization ID   --user ID   --session ID   --version TEXT   Fields of the event
          --metadata JSON   An object beside the payload
          --key KEY         Idempotency key: published again with it, the event is stored once
          --lines           One event for each line

        {{RemoteVerb.CommonHelp}}
        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var (type, payload) = (new Argument<string?>("TYPE") { Arity = ArgumentArity.ZeroOrOne }, new Argument<string?>("PAYLOAD") { Arity = ArgumentArity.ZeroOrOne });
        var lines = new Option<bool>("--lines");
        var (metadata, key) = (new Option<string>("--metadata"), new Option<string>("--key"));
        var (source, subject, version) = (new Option<string>("--source"), new Option<string>("--subject"), new Option<string>("--version"));
        var (organization, user, session) = (new Option<string>("--organization"), new Option<string>("--user"), new Option<string>("--session"));
        var command = new Command("publish") { type, payload, lines, metadata, key, source, subject, version, organization, user, session };
        return command.Does(
            Page,
            call =>
            {
                var parsed = call.Parsed;
                var fields = new NewEvent
                {
                    Type = parsed.GetValue(type) ?? "", Payload = "{}", Source = parsed.GetValue(source), Subject = parsed.GetValue(subject), Version = parsed.GetValue(version),
                    OrganizationId = parsed.GetValue(organization), UserId = parsed.GetValue(user), SessionId = parsed.GetValue(session), IdempotencyKey = parsed.GetValue(key),
                    Metadata = parsed.GetValue(metadata) is { } json ? PublishInput.Json("--metadata", json) : (JsonPayload?)null,
                };
                return parsed.GetValue(lines) ? LinesAsync(call, fields, parsed.GetValue(payload)) : OneAsync(call, fields, parsed.GetValue(payload));
            },
            s_patience);
    }

    private static async Task<int> OneAsync(RemoteCall call, NewEvent fields, string? payload)
    {
        if (fields.Type.Length == 0) throw new UsageException("publish: a TYPE is needed, such as user.created; see eventhub publish --help");
        if (payload is not null) fields = fields with { Payload = PublishInput.Json("PAYLOAD", await PublishInput.TextAsync(payload, call.Cancelled)) };
        var result = await call.Hub.PublishAsync(fields, call.Cancelled);
        Show(call, fields.Type, result);
        return ExitCode.Success;
    }

    private static async Task<int> LinesAsync(RemoteCall call, NewEvent fields, string? place)
    {
        // "--lines @file" without a type: the only argument there is says where the lines are.
        if (place is null && (fields.Type is "-" || fields.Type.StartsWith('@'))) (place, fields) = (fields.Type, fields with { Type = "" });
        if (fields.IdempotencyKey is not null) throw new UsageException("--key: one key cannot stand for many events; give lines an idempotency_key of their own");
        using var reader = PublishInput.Open(place ?? "-");
        return await new LinePublisher(call, fields).RunAsync(reader);
    }

    internal static void Show(RemoteCall call, string type, PublishResult result) => call.Output.Say(
        $"{type} {(result.IsDuplicate ? "was already" : "is")} event {result.Sequence} ({result.EventId})",
        $$"""{"event_id":"{{result.EventId}}","sequence":{{result.Sequence}},"duplicate":{{(result.IsDuplicate ? "true" : "false")}}}""");
}
