using System.Reflection;
using EventHub.Storage;

namespace EventHub.Tests;

/// <summary>The journal of a <see cref="GatedStore"/>: everything goes through, reads of what was requeued by way of the test. Made by <see cref="DispatchProxy"/>.</summary>
public class GatedJournal : DispatchProxy
{
    private IJournalStore? _inner;
    private Func<Func<Task>?>? _afterRequeuedRead;

    internal static IJournalStore Over(IJournalStore inner, Func<Func<Task>?> afterRequeuedRead)
    {
        var journal = Create<IJournalStore, GatedJournal>();
        var gate = (GatedJournal)(object)journal;
        (gate._inner, gate._afterRequeuedRead) = (inner, afterRequeuedRead);
        return journal;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
#pragma warning disable CA2012 // Boxed for the proxy, which unboxes it and hands it to the one who awaits it.
        return targetMethod.Name == nameof(IJournalStore.ReadRequeuedAsync) ? ReadRequeuedAsync(answer!) : answer;
#pragma warning restore CA2012
    }

    private async ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(object reading)
    {
        var requeued = await (ValueTask<IReadOnlyList<ExceptionRecord>>)reading;
        if (_afterRequeuedRead!() is { } after) await after();
        return requeued;
    }
}
