using EventHub.Diagnostics;
using EventHub.Log;
using EventHub.Storage;
using EventHub.Storage.Relay;
using Microsoft.Extensions.Logging;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>
/// Hands events on to the hub whose clients serve a name, and has the clients here handle those of other hubs, through the store all of them share. Rounds
/// are made one after the other; what comes meanwhile goes with the next.
/// </summary>
public sealed class RpcRelay
{
    /// <summary>For how long after a round others count on this hub.</summary>
    private static readonly TimeSpan s_presence = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan s_presenceInterval = TimeSpan.FromSeconds(2);
    private readonly IRelayStore? _store;
    private readonly string _node;
    private readonly RpcHandlers _handlers;
    private readonly RelayedCalls _calls;
    private readonly RelayedWork _work;
    private readonly TimeSpan _pollInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AsyncSignal _signal = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _deaf = new(StringComparer.Ordinal);
    private List<TaskCompletionSource> _announcing = [];
    private IReadOnlyDictionary<string, long> _nodes = new Dictionary<string, long>();
    private long _announcedAt;
    private bool _isChanged = true;
    private volatile bool _isLeaving;
    private volatile bool _isStopping;
    private Task _loop = Task.CompletedTask;

    /// <param name="store">The way to other hubs; <c>null</c> where there are none, and then nothing is done.</param>
    /// <param name="node">This process; unique.</param>
    /// <param name="handlers">The clients.</param>
    /// <param name="pollInterval">How often to look for news when no wake-up arrives.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    internal RpcRelay(IRelayStore? store, string node, RpcHandlers handlers, TimeSpan pollInterval, TimeProvider time, ILogger logger)
    {
        (_store, _node, _handlers, _pollInterval, _time, _logger) = (store, node, handlers, pollInterval, time, logger);
        _calls = new RelayedCalls(time, _signal.Set);
        _work = new RelayedWork(handlers, time, _signal.Set);
    }

    /// <summary>Completes when the other hubs have been told of the clients that are connected to this one now; at once where there are no others.</summary>
    public Task AnnouncedAsync(CancellationToken cancellationToken)
    {
        if (_store is null) return Task.CompletedTask;
        var announced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _announcing.Add(announced);
            _isChanged = true;
        }

        _signal.Set();
        return announced.Task.WaitAsync(cancellationToken);
    }

    internal void Start()
    {
        if (_store is null) return;
        _store.OnRing(_signal.Set);
        _handlers.OnChanged(() =>
        {
            lock (_lock) _isChanged = true;
            _signal.Set();
        });
        _loop = RunAsync(_store);
    }

    /// <summary>From now on other hubs hand nothing more to this one; what it has it finishes.</summary>
    internal void Leave()
    {
        _isLeaving = _work.IsClosed = true;
        lock (_lock) _isChanged = true;
        _signal.Set();
    }

    /// <summary>Waits until the clients here have answered the other hubs, or for the deadline, and goes.</summary>
    internal async Task StopAsync(CancellationToken deadline)
    {
        if (_store is null) return;
        Leave();
        await _work.DrainAsync(deadline);
        _isStopping = true;
        _signal.Set();
        await _loop;
    }

    private async Task RunAsync(IRelayStore store)
    {
        using var timer = new WakeTimer(_time, _signal);
        var isFailing = false;
        while (true)
        {
            // Read before the round, which is the last one then: it takes the answers along and says that this hub goes.
            var isLast = _isStopping;
            try
            {
                await RoundAsync(store, isLast);
                isFailing = false;
            }
            catch (StorageException e)
            {
                if (!isFailing) EngineLog.ServiceFailed(_logger, "rpc relay", e.Message);
                isFailing = true;
            }

            if (isLast) break;
            var isWaiting = _calls.IsAnyOpen || (_nodes.Count > 0 && !_isLeaving && _handlers.CountHere().Count > 0);
            timer.SetIn((long)(isFailing || isWaiting ? _pollInterval : s_presenceInterval).TotalMilliseconds);
            await _signal.WaitAsync();
        }
    }

    private async ValueTask RoundAsync(IRelayStore store, bool isLast)
    {
        var announcing = TakeAnnouncement();
        var calls = _calls.TakeNew();
        var withdrawn = _calls.TakeWithdrawn();
        var answers = _work.TakeAnswers();
        var asked = _time.GetTimestamp();
        RelayIntake intake;
        try
        {
            intake = await store.ExchangeAsync(
                new RelayRound(_node, isLast ? TimeSpan.Zero : s_presence)
                {
                    Serves = announcing is null ? null : _isLeaving ? new Dictionary<string, int>() : _handlers.CountHere(),
                    Calls = calls,
                    Withdrawn = withdrawn,
                    Answers = answers,
                },
                CancellationToken.None);
        }
        catch (StorageException e)
        {
            _calls.NotExchanged(calls, withdrawn, isUnknown: e.Failure == StorageFailure.CommitFailed);
            _work.PutBack(answers);
            lock (_lock)
            {
                _isChanged = true;
                if (announcing is not null) _announcing.AddRange(announcing);
            }

            throw;
        }

        foreach (var announced in announcing ?? []) announced.TrySetResult();
        _work.Take(intake.Calls, asked);
        if (intake.Calls.Count == RelayIntake.MaxCalls) _signal.Set();
        _calls.Exchanged(intake, withdrawn, _nodes);
        SeeOthers(intake);
    }

    /// <summary>Those who wait for the announcement that is due; <c>null</c> when none is.</summary>
    private List<TaskCompletionSource>? TakeAnnouncement()
    {
        lock (_lock)
        {
            // Now and then all the same: what it served before may be lost.
            if (!_isChanged && _announcedAt != 0 && _time.GetElapsedTime(_announcedAt) < s_presenceInterval) return null;
            _isChanged = false;
            _announcedAt = _time.GetTimestamp();
            var announcing = _announcing;
            _announcing = [];
            return announcing;
        }
    }

    private void SeeOthers(RelayIntake intake)
    {
        _nodes = intake.Nodes;
        lock (_lock)
        {
            foreach (var (node, heard) in _deaf.ToList())
            {
                if (!_nodes.TryGetValue(node, out var now) || now > heard) _deaf.Remove(node);
            }

            // In one: a hub that turns out deaf meanwhile must not come back by what was known before.
            _handlers.SetElsewhere([.. intake.Names.Where(name => !_deaf.ContainsKey(name.Node))], name => new RelayedClients(this, name.Node, name.Name));
        }
    }

    /// <summary>Has a client of another hub handle an event; see <see cref="IRpcConnection.HandleAsync"/>.</summary>
    internal async ValueTask<string?> CallAsync(string node, string name, ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken)
    {
        var answer = await _calls.CallAsync(node, name, item, limit, cancellationToken);
        if (answer is null)
        {
            // It did not even take the call: it is not asked again until it is heard of.
            lock (_lock) _deaf[node] = _nodes.GetValueOrDefault(node);
            return null;
        }

        return answer.Kind switch
        {
            RelayAnswerKind.Answered => answer.Text ?? "",
            RelayAnswerKind.Failed => throw new RpcHandlerException(answer.Text ?? ""),
            RelayAnswerKind.Lost => throw new IOException("The client is gone."),
            _ => null,
        };
    }
}
