using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// Finds the events that meet criteria, a block at a time: in complete blocks by their postings, in the newest, incomplete one by its rows.
/// A block without a match costs a lookup per criterion.
/// </summary>
internal sealed class PostingSearch
{
    private const int TypeField = 0;
    private const int SourceField = 1;
    private const int OrganizationField = 2;
    private const int UserField = 3;
    private const string FindSql = "SELECT places FROM postings WHERE block = ?1 AND field = ?2 AND value = ?3";
    private const string TypesSql = "SELECT value, places FROM postings WHERE block = ?1 AND field = 0 AND value >= ?2 ORDER BY value";
    private const string RowsSql = "SELECT sequence, type, source, organization_id, user_id FROM events WHERE sequence >= ?1";
    private readonly SqliteConnection _connection;
    private readonly EventCriteria _criteria;
    private readonly long _incomplete;
    private readonly PlaceSet _found = new();
    private readonly PlaceSet _having = new();
    private readonly List<int> _places = [];

    /// <param name="connection">In a snapshot.</param>
    /// <param name="criteria">At least one.</param>
    /// <param name="first">A sequence above the trim point, below which nothing is asked for.</param>
    public PostingSearch(SqliteConnection connection, EventCriteria criteria, long first)
    {
        _connection = connection;
        _criteria = criteria;
        _incomplete = Math.Max(TimeBlocks.IncompleteBlock(connection), first / BlockTable.Size);
    }

    /// <summary>The block that the log's end is in.</summary>
    public long LastBlock => _incomplete;

    /// <summary>The block's matching sequences between two, both included, in order or in reverse. Good until the next call.</summary>
    public IEnumerable<long> Find(long block, long first, long last, bool isDescending)
    {
        _found.Clear();
        if (block == _incomplete) FindInRows();
        else FindInPostings(block);
        _places.Clear();
        _found.CopyTo(_places, isDescending);
        foreach (var place in _places)
        {
            var sequence = (block * BlockTable.Size) + place;
            if (sequence >= first && sequence <= last) yield return sequence;
        }
    }

    private void FindInRows()
    {
        using var rows = _connection.Use(RowsSql);
        rows.Bind(1, _incomplete * BlockTable.Size);
        while (rows.Step())
        {
            if (!_criteria.Matches(rows.CommonText(1), rows.CommonTextOrNull(2), rows.CommonTextOrNull(3), rows.CommonTextOrNull(4))) continue;
            _found.Add((int)(rows.Int64(0) % BlockTable.Size));
        }
    }

    private void FindInPostings(long block)
    {
        var isFirst = true;
        if (!Keep(block, UserField, _criteria.UserId, ref isFirst)) return;
        if (!Keep(block, OrganizationField, _criteria.OrganizationId, ref isFirst)) return;
        if (!Keep(block, SourceField, _criteria.Source, ref isFirst)) return;
        if (_criteria.Types is not { } patterns) return;
        var types = isFirst ? _found : _having;
        types.Clear();
        foreach (var pattern in patterns) AddTypes(block, pattern, types);
        if (!isFirst) _found.Intersect(types);
    }

    /// <summary>Keeps only the events with this value; false when none is left.</summary>
    private bool Keep(long block, int field, string? value, ref bool isFirst)
    {
        if (value is null) return true;
        var having = isFirst ? _found : _having;
        having.Clear();
        AddExact(block, field, value, having);
        if (!isFirst) _found.Intersect(having);
        isFirst = false;
        return !_found.IsEmpty;
    }

    private void AddExact(long block, int field, string value, PlaceSet places)
    {
        using var find = _connection.Use(FindSql);
        if (find.Bind(1, block).Bind(2, field).Bind(3, value).Step()) places.AddPosting(find.Bytes(0));
    }

    private void AddTypes(long block, TypePattern pattern, PlaceSet places)
    {
        if (pattern.IsExact)
        {
            AddExact(block, TypeField, pattern.Text, places);
            return;
        }

        var prefix = pattern.Text[..pattern.Text.IndexOf('*', StringComparison.Ordinal)];
        using var rows = _connection.Use(TypesSql);
        rows.Bind(1, block).Bind(2, prefix);
        while (rows.Step())
        {
            var type = rows.CommonText(0);
            if (!type.StartsWith(prefix, StringComparison.Ordinal)) return;
            if (pattern.Matches(type)) places.AddPosting(rows.Bytes(1));
        }
    }
}
