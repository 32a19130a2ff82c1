using System.Buffers;
using System.Text;
using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.Consumers;
using EventHub.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>Answers <c>GET /consumers/{name}/events</c> and <c>…/stream</c>.</summary>
internal sealed class ConsumerReadHandler(
    ConsumerService consumers, StreamSlots slots, StreamOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ConsumerReadHandler> logger)
{
    private const int MaxEvents = 1000;
    private const int MaxWaitMilliseconds = 60_000;

    // What is written between flushes: enough to be efficient, little enough to bound what a slow reader makes us hold.
    private const int FlushBytes = 64 * 1024;

    /// <summary>The events after the cursor, or the next one when there is none.</summary>
    public async Task PollAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, "max", "wait_ms", ConsumerClient.Parameter);
        var poll = new ConsumerPoll
        {
            MaxCount = (int)query.Integer("max", 1, MaxEvents, 100),
            Wait = TimeSpan.FromMilliseconds(query.Integer("wait_ms", 0, MaxWaitMilliseconds, 0)),
            Instance = ConsumerClient.Read(context.Request, query),
        };
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else if (!slots.TryEnter()) await slots.Refuse(context);
        else
        {
            try
            {
                await PollAsync(context, poll);
            }
            finally
            {
                slots.Leave();
            }
        }
    }

    /// <summary>The events after the cursor, as a stream.</summary>
    public async Task StreamAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, ConsumerClient.Parameter);
        var client = ConsumerClient.Read(context.Request, query);
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else if (!slots.TryEnter()) await slots.Refuse(context);
        else
        {
            try
            {
                await StreamAsync(context, client);
            }
            finally
            {
                slots.Leave();
            }
        }
    }

    private async Task PollAsync(HttpContext context, ConsumerPoll poll)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            var answer = await consumers.PollAsync(ConsumerEndpoints.Name(context), poll, ending.Token);
            await (answer.Result == ConsumerResult.Done ? WriteAsync(context, answer) : ConsumerAnswers.Refuse(context, answer));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await ProblemJson.Write(context, StatusCodes.Status503ServiceUnavailable, "Stopping", "The hub is stopping; ask again in a moment");
        }
    }

    private async Task StreamAsync(HttpContext context, string? client)
    {
        var (stream, answer) = await consumers.StreamAsync(ConsumerEndpoints.Name(context), client, context.RequestAborted);
        if (stream is null)
        {
            await ConsumerAnswers.Refuse(context, answer);
            return;
        }

        await using (stream)
        {
            context.Response.Headers[ConsumerClient.Header] = stream.Instance;
            var connection = new StreamConnection(context, stream.Events, options, time, logger) { MayGoOn = stream.KeepAsync };
            await connection.RunAsync(lifetime.ApplicationStopping);
        }
    }

    private static async Task WriteAsync(HttpContext context, ConsumerAnswer answer)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        var output = context.Response.BodyWriter;
        output.Write("{\"events\":["u8);
        var unflushed = 0L;
        for (var i = 0; i < answer.Events.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            EventJson.WriteLine(output, answer.Events[i]);
            unflushed += answer.Events[i].Size;
            if (unflushed < FlushBytes) continue;
            await output.FlushAsync(context.RequestAborted);
            unflushed = 0;
        }

        var consumer = answer.Consumer!;
        var reset = answer.Reset is null ? "null" : "\"trimmed\"";
        output.Write(Encoding.ASCII.GetBytes(
            $"],\"count\":{answer.Events.Count},\"cursor\":{consumer.Record.Cursor},\"head\":{consumer.Head},\"lag\":{consumer.Lag},\"reset\":{reset}}}"));
        await output.FlushAsync(context.RequestAborted);
    }
}
