using System.Buffers;
using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.Reading;
using EventHub.Journal;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Answers what clients ask about events and dispatches.</summary>
internal sealed class RpcQueries(EventFinder events, DispatchJournal journal)
{
    public async Task<RawJson> ListEventsAsync(RawJson parameters, CancellationToken cancellationToken)
    {
        var asked = EventQueryReader.Read(RpcArguments.Query(parameters), out var query);
        RpcProblems.ThrowIfAny(query.Errors);
        var page = await events.ListAsync(asked, cancellationToken);
        var output = new ArrayBufferWriter<byte>(4096);
        EventAnswerJson.BeginPage(output);
        for (var i = 0; i < page.Events.Count; i++) EventAnswerJson.WriteItem(output, page, i);
        EventAnswerJson.EndPage(output, page);
        return new RawJson(output.WrittenMemory);
    }

    public async Task<RawJson> FindEventAsync(RawJson id, CancellationToken cancellationToken)
    {
        var (found, dispatches, problem) = await events.FindAsync(RpcArguments.Text(id, "id"), cancellationToken);
        if (problem is not null) throw problem.Exception();
        var output = new ArrayBufferWriter<byte>(found!.Size + 1024);
        EventAnswerJson.WriteDetails(output, found, dispatches!);
        return new RawJson(output.WrittenMemory);
    }

    public async Task<RawJson> ListDispatchesAsync(RawJson parameters, CancellationToken cancellationToken)
    {
        var request = DispatchQueryReader.Read(RpcArguments.Query(parameters), out var query);
        RpcProblems.ThrowIfAny(query.Errors);
        var page = await journal.ListAsync(request, cancellationToken);
        return RawJson.Write(page, static (writer, page) => AnswerJson.WritePage(writer, "dispatches", page.Dispatches, page.NextCursor, DispatchJson.Write));
    }

    public async Task<RawJson> FindDispatchAsync(RawJson id, CancellationToken cancellationToken) =>
        await journal.FindAsync(RpcArguments.Text(id, "id"), cancellationToken) is { } details
            ? RawJson.Write(details, DispatchJson.Write)
            : throw Problem.NotFound(DispatchEndpoints.Noun).Exception();

    public async Task<RawJson> RetryDispatchAsync(RawJson id, RawJson how, CancellationToken cancellationToken)
    {
        var dispatch = RpcArguments.Text(id, "id");
        var errors = new List<FieldError>();
        var retry = DispatchRetryReader.Read(how.OrEmptyObject, errors);
        RpcProblems.ThrowIfAny(errors);
        var result = await journal.RetryAsync(dispatch, retry.Delay, retry.MaxRetries, retry.RetryDelay, cancellationToken);
        if (RequeueProblems.Of(result, DispatchEndpoints.Noun) is { } problem) throw problem.Exception();
        return RawJson.Write(result.DispatchId!, AnswerJson.WriteRequeued);
    }
}
