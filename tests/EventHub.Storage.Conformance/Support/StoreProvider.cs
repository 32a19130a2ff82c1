namespace EventHub.Storage.Conformance.Support;

/// <summary>
/// What a provider gives the suite: stores, and what it claims of them. A test class makes one of its own per test, so that no two tests share a store.
/// </summary>
public abstract class StoreProvider : IAsyncDisposable
{
    /// <summary>What <see cref="IHubStore.Name"/> has to be.</summary>
    public abstract string Name { get; }

    /// <summary>What <see cref="IHubStore.Durability"/> has to be.</summary>
    public abstract Durability Durability { get; }

    /// <summary>What <see cref="IHubStore.IsPersistent"/> has to be, and is tested both ways.</summary>
    public abstract bool IsPersistent { get; }

    /// <summary>What <see cref="IHubStore.IsShared"/> has to be, and is tested both ways.</summary>
    public virtual bool IsShared => false;

    /// <summary>A new, empty store, not opened.</summary>
    /// <param name="clock">The store's clock.</param>
    public abstract ValueTask<IHubStore> CreateAsync(TimeProvider clock);

    /// <summary>Another store, not opened, in the place of one that was disposed: over what that one left where the provider is persistent.</summary>
    public abstract ValueTask<IHubStore> ReopenAsync(IHubStore disposed, TimeProvider clock);

    /// <summary>Removes what the stores left behind.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
