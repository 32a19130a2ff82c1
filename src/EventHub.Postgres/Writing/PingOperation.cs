namespace EventHub.Postgres.Writing;

/// <summary>Takes its turn at the log row without changing it: fails where a write would, on a standby too.</summary>
internal sealed class PingOperation : OrderedOperation<bool>
{
    protected override Task<bool> RunAsync(OrderedTransaction transaction) => System.Threading.Tasks.Task.FromResult(true);
}
