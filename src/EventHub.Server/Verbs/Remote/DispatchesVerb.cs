using System.CommandLine;
using EventHub.Client.Journal;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub dispatches</c>: what became of each event for each subscription.</summary>
internal static class DispatchesVerb
{
    private const string Page =
        $"""
        Usage: eventhub dispatches list [--status STATUS] [--subscription ID] [--event ID] [--max N]
               eventhub dispatches get ID
               eventhub dispatches retry ID [--delay 5m] [--retries N]

        A dispatch is one event for one subscription. list shows the newest first; get adds every attempt; retry delivers one
        that has ended again.

        Examples:
          eventhub dispatches list --status failed --max 20
          eventhub dispatches get dsp_0199…_1_0
          eventhub dispatches list --status ongoing | jq -r .last_error | sort | uniq -c

        Options:
          --status STATUS     ongoing, complete, ignored, failed, misconfigured or lost
          --subscription ID   Of one subscription, which a webhook is too
          --event ID          Of one event
          --max N             So many at most. Default: 100
          --delay TIME        How long to wait before. Default: 0
          --retries N         After a failed attempt. Default: as the subscription has it

        {RemoteVerb.CommonHelp}
        """;

    public static Command Create() => new Command("dispatches").Holds(Page, List(), Get(), Retry());

    private static Command List()
    {
        var (status, subscription, item, max) = (new Option<string>("--status"), new Option<string>("--subscription"), new Option<Guid?>("--event"), new Option<int?>("--max"));
        return new Command("list") { status, subscription, item, max }.Does(Page, async call =>
        {
            var count = call.Parsed.GetValue(max) ?? 100;
            var query = new DispatchQuery
            {
                Status = call.Parsed.GetValue(status), SubscriptionId = call.Parsed.GetValue(subscription), EventId = call.Parsed.GetValue(item), PageSize = Math.Clamp(count, 1, 1000),
            };
            await call.Output.TableAsync(
                call.Hub.Dispatches.ListAsync(query, call.Cancelled).Take(count), RemoteOutput.Forms.Dispatch, "There are no such dispatches.",
                ("id", static d => d.Id), ("event", static d => $"{d.Sequence}"), ("subscription", static d => d.Subscription), ("status", static d => d.Status),
                ("attempts", static d => $"{d.AttemptCount}"), ("next", static d => RemoteOutput.Time(d.NextAttemptAt)), ("error", static d => d.LastError));
            return ExitCode.Success;
        });
    }

    private static Command Get()
    {
        var id = new Argument<string>("ID");
        return new Command("get") { id }.Does(Page, async call =>
        {
            if (await call.Hub.Dispatches.FindAsync(call.Parsed.GetValue(id)!, call.Cancelled) is not { } dispatch) return call.NotFound("dispatch", call.Parsed.GetValue(id)!);
            call.Output.Item(dispatch, RemoteOutput.Forms.Dispatch);
            return ExitCode.Success;
        });
    }

    private static Command Retry()
    {
        var (id, delay, retries) = (new Argument<string>("ID"), new Option<string>("--delay"), new Option<int?>("--retries"));
        return new Command("retry") { id, delay, retries }.Does(Page, async call =>
        {
            var retry = new DispatchRetry { Delay = Moment.Duration("--delay", call.Parsed.GetValue(delay)), MaxRetries = call.Parsed.GetValue(retries) };
            var again = await call.Hub.Dispatches.RetryAsync(call.Parsed.GetValue(id)!, retry, call.Cancelled);
            call.Output.Say($"delivered again as {again}", $$"""{"dispatch_id":"{{again}}"}""");
            return ExitCode.Success;
        });
    }
}
