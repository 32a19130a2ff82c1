using EventHub.Storage.Relay;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>The clients that handle events, by the names they serve: those connected to this process, and beside them those of each other hub of the store.</summary>
public sealed class RpcHandlers(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<RpcServer>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<IRpcConnection, RpcServer> _servers = [];
    private readonly Dictionary<(string Node, string Name), RpcServer> _elsewhere = [];
    private readonly Dictionary<string, TaskCompletionSource> _arrivals = new(StringComparer.Ordinal);
    private Action _onChanged = static () => { };

    /// <summary>Adds a client under a name; for one that is there already nothing changes.</summary>
    public void Add(string name, IRpcConnection connection)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(connection);
        TaskCompletionSource? arrival;
        lock (_lock)
        {
            if (!_servers.TryGetValue(connection, out var server)) _servers.Add(connection, server = new RpcServer(connection));
            if (!server.Names.Add(name)) return;
            arrival = Add_NeedsLock(name, server);
        }

        arrival?.SetResult();
        _onChanged();
    }

    /// <summary>Takes a client away under all its names: it is gone. Attempts under way end by themselves.</summary>
    public void Remove(IRpcConnection connection)
    {
        lock (_lock)
        {
            if (!_servers.Remove(connection, out var server)) return;
            foreach (var name in server.Names) Remove_NeedsLock(name, server);
        }

        _onChanged();
    }

    /// <summary>Whether a client that serves the name is connected, here or to another hub.</summary>
    public bool Has(string name)
    {
        lock (_lock) return _byName.ContainsKey(name);
    }

    /// <summary>Called when a client was added or removed here.</summary>
    internal void OnChanged(Action onChanged) => _onChanged = onChanged;

    /// <summary>How many clients of each name are connected to this process.</summary>
    internal Dictionary<string, int> CountHere()
    {
        lock (_lock) return _servers.Values.SelectMany(server => server.Names).GroupBy(name => name, StringComparer.Ordinal).ToDictionary(name => name.Key, name => name.Count(), StringComparer.Ordinal);
    }

    /// <summary>Replaces what is known of clients of other hubs.</summary>
    /// <param name="names">All there are.</param>
    /// <param name="connect">Makes the way to those of one name of one hub.</param>
    internal void SetElsewhere(IReadOnlyList<RelayedName> names, Func<RelayedName, IRpcConnection> connect)
    {
        var arrivals = new List<TaskCompletionSource>();
        lock (_lock)
        {
            var there = names.ToDictionary(name => (name.Node, name.Name));
            foreach (var (key, server) in _elsewhere.Where(entry => !there.ContainsKey(entry.Key)).ToList())
            {
                _elsewhere.Remove(key);
                Remove_NeedsLock(key.Name, server);
            }

            foreach (var (key, name) in there)
            {
                if (!_elsewhere.TryGetValue(key, out var server))
                {
                    _elsewhere.Add(key, server = new RpcServer(connect(name)) { IsElsewhere = true });
                    if (Add_NeedsLock(key.Name, server) is { } arrival) arrivals.Add(arrival);
                }

                server.Clients = name.Clients;
            }
        }

        foreach (var arrival in arrivals) arrival.SetResult();
    }

    /// <summary>Has a client with the fewest events in hand handle one; waits for a client when none is connected.</summary>
    /// <param name="name">The name it serves.</param>
    /// <param name="item">The event as the client gets it.</param>
    /// <param name="limit">How long the attempt may take; half of it is for waiting for a client.</param>
    /// <param name="cancellationToken">Stops the waiting, for a client as for its answer.</param>
    /// <returns>The client's answer, <c>null</c> when none came.</returns>
    /// <exception cref="IOException">The connection was lost before the answer came.</exception>
    /// <exception cref="RpcHandlerException">The client answered with an error.</exception>
    internal async ValueTask<string?> HandleAsync(string name, ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var arrival = Task.CompletedTask;
            var left = limit - time.GetElapsedTime(started);
            while (Take(name, isOnlyHere: false, out arrival) is { } server)
            {
                if (await HandleAsync(server, item, left, cancellationToken) is { } answer) return answer;
                left = limit - time.GetElapsedTime(started);
                if (left <= limit / 2) return null;
            }

            if (left <= limit / 2) return null;
            try
            {
                await arrival.WaitAsync(left - (limit / 2), time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    /// <summary>As <see cref="HandleAsync(string, ReadOnlyMemory{byte}, TimeSpan, CancellationToken)"/>, by a client of this process and without waiting for one.</summary>
    internal async ValueTask<string?> HandleHereAsync(string name, ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (Take(name, isOnlyHere: true, out _) is { } server)
        {
            if (await HandleAsync(server, item, limit, cancellationToken) is { } answer) return answer;
        }

        return null;
    }

    private async ValueTask<string?> HandleAsync(RpcServer server, ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        string? answer;
        try
        {
            answer = await server.Connection.HandleAsync(item, limit, cancellationToken);
        }
        finally
        {
            lock (_lock) server.InHand--;
        }

        if (answer is null) Forget(server);
        return answer;
    }

    private RpcServer? Take(string name, bool isOnlyHere, out Task arrival)
    {
        lock (_lock)
        {
            arrival = Task.CompletedTask;
            if (_byName.TryGetValue(name, out var servers) && servers.Where(server => !isOnlyHere || !server.IsElsewhere).Min(RpcServer.ByLoad) is { } server)
            {
                server.InHand++;
                // To the end: those with equally few take turns.
                servers.Remove(server);
                servers.Add(server);
                return server;
            }

            if (isOnlyHere) return null;
            if (!_arrivals.TryGetValue(name, out var source))
                _arrivals.Add(name, source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            arrival = source.Task;
            return null;
        }
    }

    /// <summary>It took nothing: it is gone, or, elsewhere, gone until it is heard of again.</summary>
    private void Forget(RpcServer server)
    {
        if (!server.IsElsewhere)
        {
            Remove(server.Connection);
            return;
        }

        lock (_lock)
        {
            foreach (var (key, _) in _elsewhere.Where(entry => entry.Value == server).ToList())
            {
                _elsewhere.Remove(key);
                Remove_NeedsLock(key.Name, server);
            }
        }
    }

    private TaskCompletionSource? Add_NeedsLock(string name, RpcServer server)
    {
        if (!_byName.TryGetValue(name, out var servers)) _byName.Add(name, servers = []);
        servers.Add(server);
        _arrivals.Remove(name, out var arrival);
        return arrival;
    }

    private void Remove_NeedsLock(string name, RpcServer server)
    {
        var servers = _byName[name];
        servers.Remove(server);
        if (servers.Count == 0) _byName.Remove(name);
    }
}
