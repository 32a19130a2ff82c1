using System.CommandLine;
using EventHub.Client.Webhooks;
using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub listen</c>: a webhook for as long as it runs, to a program on this machine.</summary>
internal static class ListenVerb
{
    private const string Page =
        $"""
        Usage: eventhub listen --forward URL [PATTERN…] [options]

        Sends events as they come to a program on this machine, as a webhook would: the same body and headers, signed. One after
        the other, each once; the status and how long it took are shown. The hub keeps nothing of it: no webhook is created.

        Examples:
          eventhub listen --forward http://127.0.0.1:4000/hook 'user.*'
          eventhub listen --forward http://127.0.0.1:4000/hook --since 1h     what came in the last hour, then live
          eventhub listen --forward http://127.0.0.1:4000/hook --secret "$WEBHOOK_SECRET"

        Options:
          --forward URL     Where to send events
          --secret TEXT     What to sign with. Default: one made now and shown
          --format FORMAT   envelope (default) or payload
          --since PLACE     Begin at a sequence, a time, or so long ago: 10m, 2h, 7d. Default: the next event
          --source NAME     Only events of this source
          --max N           End after so many

        {RemoteVerb.CommonHelp}
        """;

    public static Command Create()
    {
        var patterns = new Argument<string[]>("PATTERN") { Arity = ArgumentArity.ZeroOrMore };
        var (forward, secret, format) = (new Option<string>("--forward"), new Option<string>("--secret"), new Option<string>("--format"));
        var (since, source, max) = (new Option<string>("--since"), new Option<string>("--source"), new Option<long>("--max"));
        return new Command("listen") { patterns, forward, secret, format, since, source, max }.Does(Page, async call =>
        {
            var parsed = call.Parsed;
            var url = Url(parsed.GetValue(forward));
            var isEnvelope = parsed.GetValue(format) switch
            {
                null or "envelope" => true,
                "payload" => false,
                var other => throw new UsageException($"--format: '{other}' must be envelope or payload"),
            };
            var key = Secret(parsed.GetValue(secret));
            using var forwarder = new Forwarder(url, key, isEnvelope);
            var options = TailVerb.Options(call, parsed.GetValue(patterns)!, parsed.GetValue(since), parsed.GetValue(source)) with
            {
                OnConnected = _ => call.Error.WriteLine($"listening; sending to {url}, signed with {key}"),
            };
            return await TailVerb.FollowAsync(call, options, parsed.GetValue(max), async item =>
            {
                var sent = await forwarder.SendAsync(item, call.Cancelled);
                sent.Show(call.Output, item);
            });
        });
    }

    private static Uri Url(string? text)
    {
        if (text is null) throw new UsageException("listen: --forward URL is needed, such as --forward http://127.0.0.1:4000/hook");
        return WebhookUrlRules.Validate(text) is { } error ? throw new UsageException($"--forward: {error}") : new Uri(text);
    }

    private static string Secret(string? given)
    {
        if (given is null) return WebhookSecret.Generate();
        return WebhookSecret.Validate(given) is { } error ? throw new UsageException($"--secret: {error}") : given;
    }
}
