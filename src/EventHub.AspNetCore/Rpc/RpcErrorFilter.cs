using EventHub.AspNetCore.Http;
using EventHub.Storage;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Around every call: what goes wrong in the hub is logged here, and told to the client in words that give nothing away.</summary>
internal sealed class RpcErrorFilter(ILogger<RpcErrorFilter> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception e) when (e is not HubException)
        {
            throw Told(logger, invocationContext.HubMethodName, e);
        }
    }

    /// <summary>What the client is told of an exception.</summary>
    public static HubException Told(ILogger logger, string method, Exception exception)
    {
        if (exception is StorageException { IsTransient: true } or StorageException { Failure: StorageFailure.DiskFull or StorageFailure.CommitFailed })
        {
            HttpLog.StoreFailed(logger, $"/rpc/{method}", exception);
            return new HubException($"{RpcProblems.Unavailable}: the store cannot answer at the moment; try again");
        }

        if (exception is not OperationCanceledException) HttpLog.RequestFailed(logger, "RPC", $"/{method}", exception);
        return new HubException("INTERNAL: the call failed in the hub; its log says why");
    }
}
