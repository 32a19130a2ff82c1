namespace EventHub.Benchmarks.Measuring;

/// <summary>What a benchmark found: a title, and rows of texts and numbers.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<object?[]> _rows = [];

    public string Title => title;

    public IReadOnlyList<string> Columns => columns;

    public IReadOnlyList<object?[]> Rows => _rows;

    public void Add(params object?[] cells)
    {
        if (cells.Length != columns.Length) throw new ArgumentException($"'{title}' has {columns.Length} columns, not {cells.Length}.", nameof(cells));
        _rows.Add(cells);
    }
}
