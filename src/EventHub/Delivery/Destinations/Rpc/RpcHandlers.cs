namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>
/// The clients connected to this process, by the names they serve. Only this process knows them: for several nodes, connections of others would be
/// added here that hand events on to the node that has the client.
/// </summary>
public sealed class RpcHandlers(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Server>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<IRpcConnection, Server> _servers = [];
    private readonly Dictionary<string, TaskCompletionSource> _arrivals = new(StringComparer.Ordinal);

    /// <summary>Adds a client under a name; for one that is there already nothing changes.</summary>
    public void Add(string name, IRpcConnection connection)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(connection);
        TaskCompletionSource? arrival;
        lock (_lock)
        {
            if (!_servers.TryGetValue(connection, out var server)) _servers.Add(connection, server = new Server(connection));
            if (!server.Names.Add(name)) return;
            if (!_byName.TryGetValue(name, out var servers)) _byName.Add(name, servers = []);
            servers.Add(server);
            _arrivals.Remove(name, out arrival);
        }

        arrival?.SetResult();
    }

    /// <summary>Takes a client away under all its names: it is gone. Attempts under way end by themselves.</summary>
    public void Remove(IRpcConnection connection)
    {
        lock (_lock)
        {
            if (!_servers.Remove(connection, out var server)) return;
            foreach (var name in server.Names)
            {
                var servers = _byName[name];
                servers.Remove(server);
                if (servers.Count == 0) _byName.Remove(name);
            }
        }
    }

    /// <summary>Whether a client that serves the name is connected.</summary>
    public bool Has(string name)
    {
        lock (_lock) return _byName.ContainsKey(name);
    }

    /// <summary>Has a client with the fewest events in hand handle one; waits for a client when none is connected.</summary>
    /// <param name="name">The name it serves.</param>
    /// <param name="item">The event as the client gets it.</param>
    /// <param name="wait">How long to wait for a client.</param>
    /// <param name="cancellationToken">Stops the waiting, for a client as for its answer.</param>
    /// <returns>The client's answer, <c>null</c> when none came.</returns>
    /// <exception cref="IOException">The connection was lost before the answer came.</exception>
    /// <exception cref="RpcHandlerException">The client answered with an error.</exception>
    internal async ValueTask<string?> HandleAsync(string name, ReadOnlyMemory<byte> item, TimeSpan wait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (Take(name, out var arrival) is { } server)
            {
                try
                {
                    return await server.Connection.HandleAsync(item, cancellationToken);
                }
                finally
                {
                    lock (_lock) server.InHand--;
                }
            }

            var left = wait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return null;
            try
            {
                await arrival.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    private Server? Take(string name, out Task arrival)
    {
        lock (_lock)
        {
            arrival = Task.CompletedTask;
            if (_byName.TryGetValue(name, out var servers))
            {
                var server = servers.MinBy(s => s.InHand)!;
                server.InHand++;
                // To the end: those with equally few take turns.
                servers.Remove(server);
                servers.Add(server);
                return server;
            }

            if (!_arrivals.TryGetValue(name, out var source))
                _arrivals.Add(name, source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            arrival = source.Task;
            return null;
        }
    }

    private sealed class Server(IRpcConnection connection)
    {
        public IRpcConnection Connection { get; } = connection;

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        /// <summary>Events it has not answered yet.</summary>
        public int InHand { get; set; }
    }
}
