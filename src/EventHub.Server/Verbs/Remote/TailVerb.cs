using System.CommandLine;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary><c>eventhub tail</c>: follows the log.</summary>
internal static class TailVerb
{
    private const string Page =
        $"""
        Usage: eventhub tail [PATTERN…] [options]

        Shows events as they come, until Ctrl+C. It reconnects by itself, also after a restart of the hub, and goes on
        exactly where it was. Piped, each line is an event as JSON, its payload byte for byte as published.

        Examples:
          eventhub tail                                   everything from now on
          eventhub tail 'user.*' 'order.**'               only these types
          eventhub tail --since 10m                       the last ten minutes, then live
          eventhub tail --since 0 --max 100 > first.json  the oldest 100 events there are
          eventhub tail | jq -r '.payload.email'

        Options:
          --since PLACE   Begin at a sequence, a time, or so long ago: 10m, 2h, 7d. Default: the next event
          --source NAME   Only events of this source
          --max N         End after so many

        {RemoteVerb.CommonHelp}
        """;

    public static Command Create()
    {
        var patterns = new Argument<string[]>("PATTERN") { Arity = ArgumentArity.ZeroOrMore };
        var since = new Option<string>("--since");
        var source = new Option<string>("--source");
        var max = new Option<long>("--max");
        return new Command("tail") { patterns, since, source, max }.Does(Page, call =>
        {
            var options = Options(call, call.Parsed.GetValue(patterns)!, call.Parsed.GetValue(since), call.Parsed.GetValue(source));
            return FollowAsync(call, options, call.Parsed.GetValue(max), item =>
            {
                EventLine.Show(call.Output, item);
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>What is followed; what happens to the connection is told beside it.</summary>
    public static SubscribeOptions Options(RemoteCall call, IReadOnlyList<string> patterns, string? since, string? source) => new()
    {
        Types = patterns, Source = source, Since = Moment.Place("--since", since),
        OnDisconnected = failure => call.Error.WriteLine($"eventhub: the connection is lost ({failure?.GetBaseException().Message ?? "closed by the hub"}); reconnecting"),
        OnReset = (reset, _) =>
        {
            call.Error.WriteLine($"eventhub: events may have been missed ({reset.Reason}); going on with {reset.ResumePoint}");
            return ValueTask.CompletedTask;
        },
    };

    /// <summary>Does something with each event, until there were so many (0: without end), or nobody reads the output any more.</summary>
    public static async Task<int> FollowAsync(RemoteCall call, SubscribeOptions options, long max, Func<HubEvent, Task> act)
    {
        var count = 0L;
        await using var reader = new OutputReader(call.Cancelled);
        try
        {
            await foreach (var item in call.Hub.SubscribeAsync(options, reader.Gone))
            {
                await act(item);
                if (++count == max) break;
            }
        }
        catch (OperationCanceledException) when (reader.IsGone)
        {
        }

        return ExitCode.Success;
    }
}
