using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>Answers <c>GET /events</c> and <c>GET /events/{id}</c>.</summary>
internal sealed class EventReadHandler(EventFinder finder)
{
    // What is written between flushes: enough to be efficient, little enough to bound what a slow reader makes us hold.
    private const int FlushBytes = 64 * 1024;

    /// <summary>A page of events, newest first unless asked otherwise.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var query = EventQueryReader.Read(context.Request, out var parameters);
        if (parameters.Errors.Count > 0) await Answers.Invalid(context, parameters.Errors);
        else await WriteAsync(context, await finder.ListAsync(query, context.RequestAborted));
    }

    /// <summary>One event with its dispatches.</summary>
    public async Task FindAsync(HttpContext context)
    {
        var (found, dispatches, problem) = await finder.FindAsync((string?)context.GetRouteValue("id") ?? "", context.RequestAborted);
        if (problem is not null)
        {
            await ProblemJson.Write(context, problem);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(found!.Size + 1024);
        EventAnswerJson.WriteDetails(buffer, found, dispatches!);
        await JsonAnswer.WriteBytes(context, StatusCodes.Status200OK, buffer.WrittenSpan);
    }

    private static async Task WriteAsync(HttpContext context, EventListPage page)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        var output = context.Response.BodyWriter;
        EventAnswerJson.BeginPage(output);
        var unflushed = 0L;
        for (var i = 0; i < page.Events.Count; i++)
        {
            EventAnswerJson.WriteItem(output, page, i);
            unflushed += page.Events[i].Size;
            if (unflushed < FlushBytes) continue;
            await output.FlushAsync(context.RequestAborted);
            unflushed = 0;
        }

        EventAnswerJson.EndPage(output, page);
        await output.FlushAsync(context.RequestAborted);
    }
}
