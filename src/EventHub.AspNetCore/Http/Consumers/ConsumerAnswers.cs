using System.Globalization;
using EventHub.Consumers;
using EventHub.Events;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>Answers to the clients of consumers.</summary>
internal static class ConsumerAnswers
{
    /// <summary>The noun of a 404.</summary>
    public const string Noun = "Consumer";

    /// <summary>The consumer, or why what was asked was not done.</summary>
    public static Task Write(HttpContext context, ConsumerAnswer answer) => answer.Result == ConsumerResult.Done
        ? JsonAnswer.Write(context, StatusCodes.Status200OK, answer.Consumer!, ConsumerJsonWriter.Write)
        : Refuse(context, answer);

    /// <summary>Why what was asked was not done.</summary>
    public static Task Refuse(HttpContext context, ConsumerAnswer answer)
    {
        if (answer.Consumer is not { } consumer) return Answers.NotFound(context, Noun);
        var cursor = consumer.Record.Cursor;
        return answer.Result switch
        {
            ConsumerResult.Held => Held(context, consumer),
            ConsumerResult.Backward => ProblemJson.Write(
                context, StatusCodes.Status409Conflict, "Cursor is ahead",
                string.Create(CultureInfo.InvariantCulture, $"the cursor is at {cursor} already; to read events again, seek"), "CURSOR_IS_AHEAD"),
            _ => Answers.Invalid(context, [new("sequence", string.Create(CultureInfo.InvariantCulture, $"is beyond the newest event, {consumer.Head}"))]),
        };
    }

    private static Task Held(HttpContext context, ConsumerInfo consumer)
    {
        var (holder, until) = (consumer.Record.Holder!, consumer.Record.HeldUntil!.Value);
        context.Response.Headers[ConsumerClient.Header] = holder;
        return ProblemJson.Write(
            context, StatusCodes.Status409Conflict, "Consumer is in use",
            $"'{holder}' has it until {EventJson.Time(until)}, or for as long as it goes on asking", "CONSUMER_IS_HELD",
            writer =>
            {
                writer.WriteString("held_by"u8, holder);
                writer.WriteString("held_until"u8, EventJson.Time(until));
            });
    }
}
