using System.Buffers;
using System.Text;
using SQLitePCL;

namespace EventHub.Sqlite.Native;

/// <summary>A prepared statement. Parameters count from 1, columns from 0. Every parameter is bound anew at each use.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 768;
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _handle;
    private ulong _nulls; // bit i: parameter i is NULL
    private bool _inUse;

    public SqliteStatement(SqliteConnection connection, sqlite3_stmt handle)
    {
        _connection = connection;
        _handle = handle;
    }

    public void Begin()
    {
        if (_inUse) throw new InvalidOperationException("The statement is in use already.");
        _inUse = true;
    }

    public SqliteStatement Bind(int index, long value)
    {
        NotNull(index);
        _connection.Check(raw.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public SqliteStatement Bind(int index, bool value) => Bind(index, value ? 1L : 0L);

    /// <summary>Text; an empty string stays one and is not NULL.</summary>
    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null) return BindNull(index);
        if (value.Length == 0)
        {
            NotNull(index);
            _connection.Check(raw.sqlite3_bind_text(_handle, index, ""));
            return this;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= StackBytes)
        {
            Span<byte> small = stackalloc byte[StackBytes];
            return BindText(index, small[..Encoding.UTF8.GetBytes(value, small)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return BindText(index, rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>UTF-8 text as it is; NULL when empty.</summary>
    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return BindNull(index);
        NotNull(index);
        _connection.Check(raw.sqlite3_bind_text(_handle, index, utf8));
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public SqliteStatement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        NotNull(index);
        _connection.Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, index, 0) : raw.sqlite3_bind_blob(_handle, index, bytes));
        return this;
    }

    public SqliteStatement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BindBlob(index, bytes);
    }

    public SqliteStatement BindNull(int index)
    {
        // Bindings outlive a reset, and many of a row's columns are NULL row after row.
        var bit = Bit(index);
        if ((_nulls & bit) != 0) return this;
        _connection.Check(raw.sqlite3_bind_null(_handle, index));
        _nulls |= bit;
        return this;
    }

    // Parameters past the 63rd are not remembered.
    private static ulong Bit(int index) => index < 64 ? 1UL << index : 0;

    private void NotNull(int index) => _nulls &= ~Bit(index);

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        _connection.Check(code);
        return false;
    }

    /// <summary>Runs it to its end and makes it ready to run again. Returns how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        Reset();
        return _connection.Changes;
    }

    /// <summary>Ready to bind and step again, keeping it in use.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle); // repeats the error of the last step, which has been thrown

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public int Int32(int column) => raw.sqlite3_column_int(_handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public int? Int32OrNull(int column) => IsNull(column) ? null : Int32(column);

    /// <summary>The bytes of text or blob; good until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    public string? TextOrNull(int column)
    {
        var bytes = Bytes(column);
        return bytes.IsEmpty && IsNull(column) ? null : Encoding.UTF8.GetString(bytes);
    }

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    /// <summary>Text of which there are few different ones.</summary>
    public string CommonText(int column) => _connection.Texts.Get(Bytes(column));

    /// <summary>Text of which there are few different ones, or <c>null</c>.</summary>
    public string? CommonTextOrNull(int column)
    {
        var bytes = Bytes(column);
        return bytes.IsEmpty && IsNull(column) ? null : _connection.Texts.Get(bytes);
    }

    /// <summary>Resets it and gives it back to the connection.</summary>
    public void Dispose()
    {
        Reset();
        _inUse = false;
    }

    public void Close() => _handle.Dispose();
}
