namespace EventHub.Sqlite.Writing;

/// <summary>Gathers what is kept of a block: see <see cref="BlockTable"/>.</summary>
internal sealed class BlockContents
{
    private readonly Dictionary<string, List<ushort>>[] _places;

    public BlockContents()
    {
        _places = new Dictionary<string, List<ushort>>[4];
        for (var field = 0; field < _places.Length; field++) _places[field] = new Dictionary<string, List<ushort>>(StringComparer.Ordinal);
    }

    /// <summary>The earliest time, in microseconds.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    /// <summary>The latest time, in microseconds.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>For type, source, organization and user, in this order: the places in the block, ascending, by value.</summary>
    public IReadOnlyList<Dictionary<string, List<ushort>>> Places => _places;

    /// <summary>Adds an event; in the order of the log.</summary>
    public void Add(long sequence, long createdAt, string type, string source, string? organization, string? user)
    {
        (Earliest, Latest) = (Math.Min(Earliest, createdAt), Math.Max(Latest, createdAt));
        var place = (ushort)(sequence % BlockTable.Size);
        Add(0, type, place);
        Add(1, source, place);
        Add(2, organization, place);
        Add(3, user, place);
    }

    private void Add(int field, string? value, ushort place)
    {
        if (value is null) return;
        if (!_places[field].TryGetValue(value, out var list)) _places[field].Add(value, list = new List<ushort>(1));
        list.Add(place);
    }
}
