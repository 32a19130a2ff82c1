using System.CommandLine;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub consumers</c>: cursors the hub keeps.</summary>
internal static class ConsumersVerb
{
    private const string Page =
        $"""
        Usage: eventhub consumers list
               eventhub consumers create NAME PATTERN… [--start now|beginning|SEQUENCE|TIME]
               eventhub consumers read NAME [--max N] [--wait 30s] [--ack] [--instance NAME]
               eventhub consumers ack NAME SEQUENCE [--instance NAME]
               eventhub consumers seek NAME now|beginning|SEQUENCE|TIME [--instance NAME]
               eventhub consumers delete NAME

        A consumer is a cursor the hub keeps for a program that fetches its events in order. What is read and not
        acknowledged is given again. One program at a time has a consumer; another is told who has it and until when.

        Examples:
          eventhub consumers create billing 'order.*' --start beginning
          eventhub consumers read billing --max 10
          eventhub consumers ack billing 5
          eventhub consumers read billing --wait 30s --ack     waits for the next, shows and acknowledges it
          eventhub consumers seek billing 3                    event 3 is the next

        Options:
          --start PLACE     Where a new one begins. Default: now
          --max N           1 to 1000. Default: 100
          --wait TIME       How long to wait for an event when there is none, at most 60s. Default: 0
          --ack             Acknowledge what was shown
          --instance NAME   Who asks: has the consumer for 30 s

        {RemoteVerb.CommonHelp}
        """;

    public static Command Create() => new Command("consumers").Holds(Page, List(), Save(), Read(), Ack(), Seek(), Delete());

    private static Argument<string> Name() => new("NAME");

    private static Option<string> Instance() => new("--instance");

    private static Command List() => new Command("list").Does(Page, static async call =>
    {
        var consumers = await call.Hub.Consumers.ListAsync(call.Cancelled);
        await call.Output.TableAsync(
            consumers.ToAsyncEnumerable(), RemoteOutput.Forms.Consumer, "There are no consumers; eventhub consumers create makes one.",
            ("name", static c => c.Name), ("events", static c => string.Join(' ', c.Events)), ("cursor", static c => $"{c.Cursor}"), ("lag", static c => $"{c.Lag}"),
            ("held by", static c => c.HeldBy), ("until", static c => RemoteOutput.Time(c.HeldUntil)));
        return ExitCode.Success;
    });

    private static Command Save()
    {
        var (name, patterns, start) = (Name(), new Argument<string[]>("PATTERN") { Arity = ArgumentArity.OneOrMore }, new Option<string>("--start"));
        return new Command("create") { name, patterns, start }.Does(Page, async call =>
        {
            var consumer = await call.Hub.Consumers.SaveAsync(call.Parsed.GetValue(name)!, call.Parsed.GetValue(patterns)!, call.Parsed.GetValue(start) ?? "now", call.Cancelled);
            call.Output.Say($"{consumer.Name} is at {consumer.Cursor}, {consumer.Lag} behind", consumer, RemoteOutput.Forms.Consumer);
            return ExitCode.Success;
        });
    }

    private static Command Read()
    {
        var (name, max, wait, ack, instance) = (Name(), new Option<int?>("--max"), new Option<string>("--wait"), new Option<bool>("--ack"), Instance());
        return new Command("read") { name, max, wait, ack, instance }.Does(Page, async call =>
        {
            var (consumer, client) = (call.Parsed.GetValue(name)!, call.Parsed.GetValue(instance));
            var pause = Moment.Duration("--wait", call.Parsed.GetValue(wait)) ?? TimeSpan.Zero;
            var page = await call.Hub.Consumers.PollAsync(consumer, call.Parsed.GetValue(max) ?? 100, pause, client, call.Cancelled);
            if (page.Reset is { } reset) await call.Error.WriteLineAsync($"eventhub: events may have been missed ({reset})");
            foreach (var item in page.Events) EventLine.Show(call.Output, item);
            if (call.Parsed.GetValue(ack) && page.Events.Count > 0) await call.Hub.Consumers.AckAsync(consumer, page.Events[^1].Sequence, client, call.Cancelled);
            return ExitCode.Success;
        });
    }

    private static Command Ack()
    {
        var (name, sequence, instance) = (Name(), new Argument<long>("SEQUENCE"), Instance());
        return new Command("ack") { name, sequence, instance }.Does(Page, async call =>
        {
            var consumer = await call.Hub.Consumers.AckAsync(call.Parsed.GetValue(name)!, call.Parsed.GetValue(sequence), call.Parsed.GetValue(instance), call.Cancelled);
            call.Output.Say($"{consumer.Name} is at {consumer.Cursor}, {consumer.Lag} behind", consumer, RemoteOutput.Forms.Consumer);
            return ExitCode.Success;
        });
    }

    private static Command Seek()
    {
        var (name, to, instance) = (Name(), new Argument<string>("TO"), Instance());
        return new Command("seek") { name, to, instance }.Does(Page, async call =>
        {
            var consumer = await call.Hub.Consumers.SeekAsync(call.Parsed.GetValue(name)!, call.Parsed.GetValue(to)!, call.Parsed.GetValue(instance), call.Cancelled);
            call.Output.Say($"{consumer.Name} is at {consumer.Cursor}, {consumer.Lag} behind", consumer, RemoteOutput.Forms.Consumer);
            return ExitCode.Success;
        });
    }

    private static Command Delete()
    {
        var name = Name();
        return new Command("delete") { name }.Does(Page, async call =>
        {
            if (!await call.Hub.Consumers.DeleteAsync(call.Parsed.GetValue(name)!, call.Cancelled)) return call.NotFound("consumer", call.Parsed.GetValue(name)!);
            call.Output.Say("deleted", """{"success":true}""");
            return ExitCode.Success;
        });
    }
}
