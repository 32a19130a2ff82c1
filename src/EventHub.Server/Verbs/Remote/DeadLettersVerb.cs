using System.CommandLine;
using EventHub.Client.Journal;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub dead-letters</c>: what was given up.</summary>
internal static class DeadLettersVerb
{
    private const string Page =
        $"""
        Usage: eventhub dead-letters list [--subscription ID] [--type PATTERN] [--since PLACE] [--until PLACE] [--max N]
               eventhub dead-letters redrive ID…
               eventhub dead-letters redrive --all [--subscription ID] [--type PATTERN] [--since PLACE] [--until PLACE]
               eventhub dead-letters dismiss ID…

        A dead letter is a dispatch that was given up, with its event, its attempts and why. redrive delivers it again; dismiss
        takes it off the list for good.

        Examples:
          eventhub dead-letters list --since 1h
          eventhub dead-letters redrive dsp_0199…_1_0
          eventhub dead-letters redrive --all --subscription ID
          eventhub dead-letters list | jq -c .event.payload

        Options:
          --subscription ID   Of one subscription, which a webhook is too
          --type PATTERN      Of events of a type, such as order.*
          --since PLACE       Given up since a time, or so long ago: 10m, 2h, 7d
          --until PLACE       Given up before
          --max N             So many at most. Default: 100
          --all               All that the filters leave

        {RemoteVerb.CommonHelp}
        """;

    public static Command Create() => new Command("dead-letters").Holds(Page, List(), Redrive(), Dismiss());

    private static Command List()
    {
        var command = new Command("list");
        var filter = Filter(command);
        var max = new Option<int?>("--max");
        command.Add(max);
        return command.Does(Page, async call =>
        {
            await call.Output.TableAsync(
                call.Hub.DeadLetters.ListAsync(filter(call.Parsed), call.Cancelled).Take(call.Parsed.GetValue(max) ?? 100), RemoteOutput.Forms.DeadLetter, "There are no dead letters.",
                ("id", static l => l.Id), ("event", static l => $"{l.Sequence}"), ("type", static l => l.Event?.Type), ("subscription", static l => l.Subscription?.Name),
                ("attempts", static l => $"{l.AttemptCount}"), ("given up", static l => RemoteOutput.Time(l.DeadAt)), ("reason", static l => l.Reason));
            return ExitCode.Success;
        });
    }

    private static Command Redrive()
    {
        var (ids, all) = (new Argument<string[]>("ID") { Arity = ArgumentArity.ZeroOrMore }, new Option<bool>("--all"));
        var command = new Command("redrive") { ids, all };
        var filter = Filter(command);
        return command.Does(Page, async call =>
        {
            var given = call.Parsed.GetValue(ids)!;
            if (call.Parsed.GetValue(all) == given.Length > 0) throw new UsageException("dead-letters redrive: name dead letters, or --all; see eventhub dead-letters --help");
            if (given.Length == 0)
            {
                var count = await call.Hub.DeadLetters.RedriveAllAsync(filter(call.Parsed), call.Cancelled);
                call.Output.Say($"{count} delivered again", $$"""{"redriven":{{count}}}""");
            }

            foreach (var id in given)
            {
                var again = await call.Hub.DeadLetters.RedriveAsync(id, call.Cancelled);
                call.Output.Say($"delivered again as {again}", $$"""{"dispatch_id":"{{again}}"}""");
            }

            return ExitCode.Success;
        });
    }

    private static Command Dismiss()
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore };
        return new Command("dismiss") { ids }.Does(Page, async call =>
        {
            foreach (var id in call.Parsed.GetValue(ids)!)
            {
                if (!await call.Hub.DeadLetters.DismissAsync(id, call.Cancelled)) return call.NotFound("dead letter", id);
                call.Output.Say("dismissed", """{"success":true}""");
            }

            return ExitCode.Success;
        });
    }

    private static Func<ParseResult, DeadLetterFilter> Filter(Command command)
    {
        var (subscription, type, since, until) = (new Option<string>("--subscription"), new Option<string>("--type"), new Option<string>("--since"), new Option<string>("--until"));
        foreach (var option in (Option[])[subscription, type, since, until]) command.Add(option);
        return parsed => new DeadLetterFilter
        {
            SubscriptionId = parsed.GetValue(subscription), Type = parsed.GetValue(type),
            Since = Moment.Read("--since", parsed.GetValue(since)), Until = Moment.Read("--until", parsed.GetValue(until)),
        };
    }
}
