namespace EventHub.Benchmarks.Peers;

/// <summary>Redis with an append-only file.</summary>
internal static class RedisPeer
{
    /// <param name="context">Where directories are made.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="fsync"><c>everysec</c> or <c>always</c>.</param>
    public static Task<PeerServer> StartAsync(BenchContext context, int port, string fsync)
    {
        var directory = context.NewDirectory();
        return PeerServer.StartAsync(
            context, Path.Combine(directory, "log"), "Ready to accept connections",
            [
                "redis-server", "--bind", "127.0.0.1", "--port", $"{port}", "--dir", directory, "--save", "", "--appendonly", "yes", "--appendfsync", fsync,
                "--maxmemory-policy", "noeviction", "--daemonize", "no",
            ]);
    }
}
