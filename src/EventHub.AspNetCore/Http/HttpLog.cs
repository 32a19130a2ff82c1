using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http;

/// <summary>What the HTTP interface logs. Event ids from 300.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(300, LogLevel.Warning, "Store {Store} is not healthy: {Error}")]
    public static partial void StoreUnhealthy(ILogger logger, string store, string error);

    [LoggerMessage(301, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, string method, PathString path, Exception exception);

    [LoggerMessage(302, LogLevel.Warning, "{Path}: the store failed")]
    public static partial void StoreFailed(ILogger logger, PathString path, Exception exception);

    [LoggerMessage(303, LogLevel.Warning, "{Path}: a stream ended because the store failed: {Error}")]
    public static partial void StreamFailed(ILogger logger, PathString path, string error);

    [LoggerMessage(304, LogLevel.Information, "{Path}: a reader took nothing for {Seconds} s; disconnected")]
    public static partial void ReaderStuck(ILogger logger, PathString path, double seconds);
}
