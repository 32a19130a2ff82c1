namespace EventHub.AspNetCore.Http;

/// <summary>
/// A store may let what awaits an append go on on its own thread, where nothing is written meanwhile. Answering is short enough for that; what else may follow,
/// as a request that the client sent without waiting for the answer, is not.
/// </summary>
internal static class StoreThread
{
    /// <summary>Goes on on the thread pool.</summary>
    public static ValueTask LeaveAsync() => Thread.CurrentThread.IsThreadPoolThread ? default : YieldAsync();

    private static async ValueTask YieldAsync() => await Task.Yield();
}
