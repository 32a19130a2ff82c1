using System.Collections.Frozen;

namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>The handlers of this process, by name.</summary>
public sealed class HandlerRegistry
{
    private readonly FrozenDictionary<string, IEventHandler> _handlers;

    /// <summary>Makes the registry.</summary>
    /// <exception cref="ArgumentException">Two have the same name, or one has none.</exception>
    public HandlerRegistry(IEnumerable<HandlerRegistration> registrations)
    {
        ArgumentNullException.ThrowIfNull(registrations);
        var handlers = new Dictionary<string, IEventHandler>(StringComparer.Ordinal);
        foreach (var (name, handler) in registrations)
        {
            if (string.IsNullOrEmpty(name)) throw new ArgumentException("A handler needs a name.", nameof(registrations));
            if (!handlers.TryAdd(name, handler)) throw new ArgumentException($"Two handlers are named '{name}'; names are unique.", nameof(registrations));
        }

        _handlers = handlers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The handler of that name, or <c>null</c>.</summary>
    public IEventHandler? Find(string name) => _handlers.GetValueOrDefault(name);
}
