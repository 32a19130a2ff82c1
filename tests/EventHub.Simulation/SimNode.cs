using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Simulation;

/// <summary>One simulated hub process: the real pipeline in a context of its own, over the shared store, which is what survives a kill.</summary>
internal sealed class SimNode : IDisposable
{
    private readonly List<Action> _onKill = [];
    private readonly HubMetrics _metrics = new();

    public SimNode(SimWorld world, int number)
    {
        Number = number;
        Context = new SimContext(world.Scheduler, $"node {number}");
        Time = new SimTime(world.Scheduler, Context) { WallStep = world.WallStep };
        Store = new SimStore(world, this);
        Destination = new SimDestination(world, this);
        Pipeline = new HubPipeline(Store, world.Options, [Destination], _metrics, Time, new Random(world.Random.Next()), NullLogger<HubPipeline>.Instance);
    }

    public int Number { get; }

    public SimContext Context { get; }

    public SimTime Time { get; }

    public SimStore Store { get; }

    public SimDestination Destination { get; }

    public HubPipeline Pipeline { get; }

    /// <summary>Calls into the node as a client does; the default when the node is killed before it answers.</summary>
    public Task<T?> CallAsync<T>(Func<Task<T>> call)
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Context.IsDead)
        {
            answer.SetResult(default);
            return answer.Task;
        }

        _onKill.Add(() => answer.TrySetResult(default));
        Context.Post(
            async _ =>
            {
                try
                {
                    answer.TrySetResult(await call());
                }
                catch (EventHub.Storage.StorageException)
                {
                    answer.TrySetResult(default);
                }
                catch (Exception e)
                {
                    answer.TrySetException(e);
                }
            },
            null);
        return answer.Task;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Context.Kill();
        Store.Forget();
        foreach (var action in _onKill) action();
        Dispose();
    }

    /// <summary>Meters are known to the process until they are disposed of.</summary>
    public void Dispose() => _metrics.Dispose();
}
