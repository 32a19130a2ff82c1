using EventHub.AspNetCore.Http.Json;
using EventHub.Delivery.Destinations.Rpc;
using Microsoft.AspNetCore.SignalR;

namespace EventHub.AspNetCore.Rpc;

/// <summary>A client's handlers, called over its SignalR connection.</summary>
internal sealed class RpcConnection(ISingleClientProxy client, CancellationToken aborted) : IRpcConnection
{
    /// <inheritdoc/>
    public async ValueTask<string?> HandleAsync(ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (aborted.IsCancellationRequested) return null;
        RawJson answer;
        try
        {
            answer = await client.InvokeCoreAsync<RawJson>("Handle", [new RawJson(item)], cancellationToken);
        }
        catch (Exception e) when (e is HubException or OperationCanceledException)
        {
            // SignalR tells of a cancelled call as it does of a failed one.
            cancellationToken.ThrowIfCancellationRequested();
            throw aborted.IsCancellationRequested || e is not HubException ? new IOException("The client is gone.", e) : new RpcHandlerException(e.Message, e);
        }

        return answer.Utf8.Span switch
        {
            var text when text.SequenceEqual("\"complete\""u8) => "complete",
            var text when text.SequenceEqual("\"ignored\""u8) => "ignored",
            var text when text.SequenceEqual("\"failed\""u8) => "failed",
            var text => StrictObjectReader.Quote(text),
        };
    }
}
