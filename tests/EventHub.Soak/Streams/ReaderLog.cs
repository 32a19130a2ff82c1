using System.Globalization;

namespace EventHub.Soak.Streams;

/// <summary>What one reader saw, in order, and how it came to it.</summary>
internal sealed class ReaderLog(string name, string? type, string? source)
{
    private const int MaxHistory = 60;
    private readonly List<long> _seen = [];
    private readonly Queue<string> _history = new();
    private int _count;

    public string Name => name;

    /// <summary>Events after this one are the reader's; <c>null</c> while it does not know its place yet.</summary>
    public long? After { get; set; }

    /// <summary>How many it has seen; may be asked by anyone.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections it has had.</summary>
    public int Connections { get; set; }

    /// <summary>What is wrong already.</summary>
    public string? Violation { get; private set; }

    public string Query => string.Concat(type is null ? "" : $"&type={type}", source is null ? "" : $"&source={source}");

    public bool Wants(StreamedEvent item) => item.Sequence > After && (type is null || item.Type == type) && (source is null || item.Source == source);

    public void Saw(long sequence)
    {
        if (_seen.Count > 0 && sequence <= _seen[^1]) Violate($"saw {sequence} after {_seen[^1]}");
        _seen.Add(sequence);
        Volatile.Write(ref _count, _seen.Count);
    }

    public void Note(FormattableString what)
    {
        _history.Enqueue(FormattableString.Invariant(what));
        if (_history.Count > MaxHistory) _history.Dequeue();
    }

    public void Violate(string what)
    {
        Violation ??= what;
        Note($"VIOLATION: {what}");
    }

    /// <summary>What is wrong with what it saw; <c>null</c> when nothing is. To be asked when it has ended.</summary>
    public string? Judge(IReadOnlyList<StreamedEvent> log)
    {
        var wanted = log.Where(Wants).Select(e => e.Sequence).ToList();
        if (Violation is null && !wanted.SequenceEqual(_seen))
        {
            var at = wanted.Zip(_seen).TakeWhile(pair => pair.First == pair.Second).Count();
            Violate(string.Create(CultureInfo.InvariantCulture,
                $"saw {_seen.Count} events, {wanted.Count} are its own; at {at} it should have seen {Show(wanted, at)} and saw {Show(_seen, at)}"));
        }

        return Violation is null ? null : $"{name} (after {After}{Query}): {Violation}\n  {string.Join("\n  ", _history)}";
    }

    private static string Show(List<long> list, int at) => at < list.Count ? string.Join(", ", list.Skip(at).Take(5)) : "nothing more";
}
