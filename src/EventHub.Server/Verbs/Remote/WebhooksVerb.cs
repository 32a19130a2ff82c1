using System.CommandLine;
using System.Text.Json.Nodes;
using EventHub.Client.Webhooks;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub webhooks</c>: where events are sent.</summary>
internal static class WebhooksVerb
{
    private const string Page =
        $$$"""
        Usage: eventhub webhooks list
               eventhub webhooks create URL PATTERN… [options]
               eventhub webhooks get ID
               eventhub webhooks update ID [--url-to URL] [--event PATTERN]… [options]
               eventhub webhooks delete ID
               eventhub webhooks test ID
               eventhub webhooks rotate-secret ID [--secret TEXT] [--grace 1d]

        A webhook gets each matching event as a signed POST request, again until it is answered well or the retries are used
        up. Its secret is shown by the command that sets it, and never again. test sends it a webhook.triggered event. During
        the grace of a rotation requests carry signatures by both secrets.

        Examples:
          eventhub webhooks create https://example.com/hooks 'user.*' --retries 5 --ordering-key user_id
          eventhub webhooks create http://127.0.0.1:4000/hook '*' --schedule 1s,10s,1m --header 'X-Team: crm'
          eventhub webhooks update ID --paused true
          eventhub webhooks update ID --set '{"rate_limit":{"limit":5},"ordering_key":null}'
          eventhub webhooks list | jq -r .url

        Options:
          --name TEXT           Default: the URL's host
          --secret TEXT         Default: one the hub makes
          --source NAME         Only events of this source
          --format FORMAT       envelope (default), payload, cloudevents or cloudevents-binary
          --start PLACE         now (default), beginning, a sequence or a time; of a new one
          --header 'N: V'       A header of every request; may be given again
          --ordering-key KEY    user_id, organization_id, source, subject, type, or a JSON path: one at a time for each key
          --timeout TIME        How long the receiver may take. Default: 10s
          --concurrency N       Requests at a time. Default: 64
          --partitions N        Parts that can be delivered by several processes, 1 to 64. Default: 1
          --retries N           After a failed attempt. Default: 3
          --schedule T,T,…      The wait before each. Default: 5s,30s,300s
          --active true|false   false: events are skipped
          --paused true|false   true: events are held
          --set JSON            Any other field; null sets one back to its default

        {{{RemoteVerb.CommonHelp}}}
        """;

    public static Command Create() => new Command("webhooks").Holds(Page, List(), New(), Get(), Update(), Delete(), Test(), Rotate());

    private static Argument<string> Id() => new("ID");

    private static Command List() => new Command("list").Does(Page, static async call =>
    {
        var webhooks = await call.Hub.Webhooks.ListAsync(call.Cancelled);
        await call.Output.TableAsync(
            webhooks.ToAsyncEnumerable(), RemoteOutput.Forms.Webhook, "There are no webhooks; eventhub webhooks create makes one.",
            ("id", static w => w.Id), ("name", static w => w.Name), ("url", static w => w.Url), ("events", static w => string.Join(' ', w.Events)),
            ("state", static w => w.Active ? w.Paused ? "paused" : "active" : "inactive"));
        return ExitCode.Success;
    });

    private static Command New()
    {
        var (url, patterns) = (new Argument<string>("URL"), new Argument<string[]>("PATTERN") { Arity = ArgumentArity.OneOrMore });
        var command = new Command("create") { url, patterns };
        var options = new WebhookOptions(command);
        return command.Does(Page, async call =>
        {
            var json = options.Read(call.Parsed);
            json["url"] = call.Parsed.GetValue(url);
            json["events"] = Patterns(call.Parsed.GetValue(patterns)!);
            var webhook = await call.Hub.Webhooks.CreateAsync(json, call.Cancelled);
            call.Output.Say($"{webhook.Id} sends {string.Join(' ', webhook.Events)} to {webhook.Url}\nsecret, shown only now: {webhook.Secret ?? "none"}", webhook, RemoteOutput.Forms.Webhook);
            return ExitCode.Success;
        });
    }

    private static Command Get()
    {
        var id = Id();
        return new Command("get") { id }.Does(Page, async call =>
        {
            if (await call.Hub.Webhooks.FindAsync(call.Parsed.GetValue(id)!, call.Cancelled) is not { } webhook) return call.NotFound("webhook", call.Parsed.GetValue(id)!);
            call.Output.Item(webhook, RemoteOutput.Forms.Webhook);
            return ExitCode.Success;
        });
    }

    private static Command Update()
    {
        var (id, url, events) = (Id(), new Option<string>("--url-to"), new Option<string[]>("--event"));
        var command = new Command("update") { id, url, events };
        var options = new WebhookOptions(command);
        return command.Does(Page, async call =>
        {
            var json = options.Read(call.Parsed);
            if (call.Parsed.GetValue(url) is { } to) json["url"] = to;
            if (call.Parsed.GetValue(events) is { Length: > 0 } patterns) json["events"] = Patterns(patterns);
            if (json.Count == 0) throw new UsageException("webhooks update: nothing to change was given; see eventhub webhooks --help");
            call.Output.Item(await call.Hub.Webhooks.UpdateAsync(call.Parsed.GetValue(id)!, json, call.Cancelled), RemoteOutput.Forms.Webhook);
            return ExitCode.Success;
        });
    }

    private static Command Delete()
    {
        var id = Id();
        return new Command("delete") { id }.Does(Page, async call =>
        {
            if (!await call.Hub.Webhooks.DeleteAsync(call.Parsed.GetValue(id)!, call.Cancelled)) return call.NotFound("webhook", call.Parsed.GetValue(id)!);
            call.Output.Say("deleted", """{"success":true}""");
            return ExitCode.Success;
        });
    }

    private static Command Test()
    {
        var id = Id();
        return new Command("test") { id }.Does(Page, async call =>
        {
            var sent = await call.Hub.Webhooks.TestAsync(call.Parsed.GetValue(id)!, call.Cancelled);
            call.Output.Say($"sent as event {sent}; eventhub dispatches list --event {sent} tells what became of it", $$"""{"event_id":"{{sent}}"}""");
            return ExitCode.Success;
        });
    }

    private static Command Rotate()
    {
        var (id, secret, grace) = (Id(), new Option<string>("--secret"), new Option<string>("--grace"));
        return new Command("rotate-secret") { id, secret, grace }.Does(Page, async call =>
        {
            var pause = Moment.Duration("--grace", call.Parsed.GetValue(grace));
            RotatedSecret rotated = await call.Hub.Webhooks.RotateSecretAsync(call.Parsed.GetValue(id)!, call.Parsed.GetValue(secret), pause, call.Cancelled);
            var until = RemoteOutput.Time(rotated.PreviousSecretExpiresAt) is { } time ? $"the old one signs along until {time}" : "the old one is gone";
            call.Output.Say($"new secret, shown only now: {rotated.Secret}\n{until}", rotated, RemoteOutput.Forms.RotatedSecret);
            return ExitCode.Success;
        });
    }

    private static JsonArray Patterns(IEnumerable<string> patterns) => new([.. patterns.Select(static pattern => JsonValue.Create(pattern))]);
}
