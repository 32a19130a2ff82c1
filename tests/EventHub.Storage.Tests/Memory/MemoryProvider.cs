using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Storage.Tests.Memory;

/// <summary>The memory store.</summary>
public sealed class MemoryProvider : StoreProvider
{
    private static int s_seed;


    public override string Name => "memory";

    public override Durability Durability => Durability.None;

    public override bool IsPersistent => false;

    public override ValueTask<IHubStore> CreateAsync(TimeProvider clock) => ValueTask.FromResult<IHubStore>(new MemoryStore(clock, new Random(Interlocked.Increment(ref s_seed))));

    public override ValueTask<IHubStore> ReopenAsync(IHubStore disposed, TimeProvider clock) => CreateAsync(clock);
}
