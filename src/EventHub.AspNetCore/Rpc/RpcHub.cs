using EventHub.AspNetCore.Http.Streaming;
using Microsoft.AspNetCore.SignalR;

namespace EventHub.AspNetCore.Rpc;

/// <summary>
/// <c>/rpc</c>: what SignalR clients may call. Each method answers with the JSON its HTTP counterpart answers with, and is made of the same parts.
/// </summary>
internal sealed class RpcHub(
    RpcPublishing publishing, RpcQueries queries, RpcWebhooks webhooks, RpcStreams streams, RpcServing serving) : Hub
{
    public Task<RawJson> Emit(RawJson item) => publishing.PublishAsync(item, Context.ConnectionAborted);

    public Task<RawJson> PublishEvent(RawJson item) => publishing.PublishAsync(item, Context.ConnectionAborted);

    public Task<RawJson> PublishEvents(RawJson events) => publishing.PublishBatchAsync(events, Context.ConnectionAborted);

    public IAsyncEnumerable<RawJson> Subscribe(RawJson filter, CancellationToken cancellationToken)
    {
        var request = StreamRequestReader.Read(RpcArguments.Query(filter), out var query);
        RpcProblems.ThrowIfAny(query.Errors);
        return streams.ReadAsync(request, RpcClientState.Of(Context), cancellationToken);
    }

    public Task<RawJson> GetEvents(RawJson query) => queries.ListEventsAsync(query, Context.ConnectionAborted);

    public Task<RawJson> GetEvent(RawJson id) => queries.FindEventAsync(id, Context.ConnectionAborted);

    public Task<RawJson> RegisterWebhook(RawJson webhook) => webhooks.RegisterAsync(webhook, Context.ConnectionAborted);

    public RawJson ListWebhooks() => webhooks.List();

    public RawJson GetWebhook(RawJson id) => webhooks.Find(id);

    public Task<RawJson> UpdateWebhook(RawJson id, RawJson changes) => webhooks.UpdateAsync(id, changes, Context.ConnectionAborted);

    public Task<RawJson> DeleteWebhook(RawJson id) => webhooks.DeleteAsync(id, Context.ConnectionAborted);

    public Task<RawJson> ListDispatches(RawJson query) => queries.ListDispatchesAsync(query, Context.ConnectionAborted);

    public Task<RawJson> GetDispatch(RawJson id) => queries.FindDispatchAsync(id, Context.ConnectionAborted);

    public Task<RawJson> RetryDispatch(RawJson id, RawJson how) => queries.RetryDispatchAsync(id, how, Context.ConnectionAborted);

    public Task Serve(RawJson destination) => serving.ServeAsync(destination, Context);

    public override Task OnConnectedAsync()
    {
        serving.Enter(Context);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        serving.Leave(Context);
        return Task.CompletedTask;
    }
}
