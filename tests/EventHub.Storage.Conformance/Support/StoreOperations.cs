using Xunit;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Every operation of the contract by name, for what holds for each of them.</summary>
public static class StoreOperations
{
    /// <summary>The names.</summary>
    public static TheoryData<string> Names { get; } =
    [
        "append", "read", "find", "get", "query", "before", "state", "trim", "save", "load subscriptions", "acquire", "release", "load state", "ended", "settle",
        "dispatches", "attempts", "requeue", "requeued", "track", "dismiss", "counts", "save consumer", "find consumer", "consumers", "claim", "move", "delete consumer", "ping", "check",
    ];

    /// <summary>Calls one operation so that it would change something where it can; on a store with three events, the first a dead letter of subscription 1.</summary>
    public static async Task CallAsync(IHubStore store, string operation, CancellationToken cancel)
    {
        DispatchKey[] dead = [new(1, 1, 0)];
        var settlement = new Settlement { SubscriptionKey = 1, LeaseToken = 1, Results = [Make.Result(new DispatchKey(2, 1, 0))] };
        var requeue = new RequeueRequest { SubscriptionKey = 1, Keys = dead, Now = Make.Time, DueAt = Make.Time };
        switch (operation)
        {
            case "append": await store.Log.AppendAsync(new AppendRequest { Events = Make.Events(1), Now = Make.Time }, cancel); break;
            case "read": await store.Log.ReadAsync(0, 1, 1, null, cancel); break;
            case "find": await store.Log.FindAsync(Guid.Empty, cancel); break;
            case "get": await store.Log.GetAsync([1], cancel); break;
            case "query": await store.Log.QueryAsync(new EventQuery { Limit = 1 }, cancel); break;
            case "before": await store.Log.FindSequenceBeforeAsync(Make.Time, cancel); break;
            case "state": await store.Log.GetStateAsync(cancel); break;
            case "trim": await store.Log.TrimAsync(2, Make.Time, cancel); break;
            case "save":
                await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = Make.Subscription("new"), ExpectedVersion = 0 }, cancel);
                break;
            case "load subscriptions": await store.Dispatches.LoadSubscriptionsAsync(cancel); break;
            case "acquire": await store.Dispatches.AcquireLeasesAsync("worker", TimeSpan.FromSeconds(1), 1, cancel); break;
            case "release": await store.Dispatches.ReleaseLeaseAsync(new Lease(1, 1), cancel); break;
            case "load state": await store.Dispatches.LoadStateAsync(1, 0, cancel); break;
            case "ended": await store.Dispatches.ReadEndedAsync(1, 0, 0, 1, cancel); break;
            case "settle": await store.Dispatches.SettleAsync(settlement, cancel); break;
            case "dispatches": await store.Journal.QueryAsync(new DispatchQuery { Limit = 1 }, cancel); break;
            case "attempts": await store.Journal.GetAttemptsAsync(dead[0], cancel); break;
            case "requeue": await store.Journal.RequeueAsync(requeue, cancel); break;
            case "requeued": await store.Journal.ReadRequeuedAsync(1, 0, 0, 1, cancel); break;
            case "track": await store.Journal.AddTrackAsync(1, 0, 3, cancel); break;
            case "dismiss": await store.Journal.DismissDeadLettersAsync(dead, cancel); break;
            case "counts": await store.Journal.GetCountsAsync(cancel); break;
            case "save consumer": await store.Consumers.SaveAsync(new ConsumerChange { Name = "new", Events = ["*"], Now = Make.Time }, cancel); break;
            case "find consumer": await store.Consumers.FindAsync("c", cancel); break;
            case "consumers": await store.Consumers.ListAsync(cancel); break;
            case "claim": await store.Consumers.ClaimAsync("c", "client", TimeSpan.FromSeconds(1), cancel); break;
            case "move": await store.Consumers.MoveAsync(new ConsumerMove("c", 1, "client"), cancel); break;
            case "delete consumer": await store.Consumers.DeleteAsync("c", cancel); break;
            case "ping": await store.PingAsync(cancel); break;
            case "check": await store.CheckAsync(cancel); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "is no operation");
        }
    }
}
