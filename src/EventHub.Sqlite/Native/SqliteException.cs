namespace EventHub.Sqlite.Native;

/// <summary>A call into SQLite failed. Never leaves the assembly: <see cref="SqliteFailures"/> says what it means to callers.</summary>
internal sealed class SqliteException(int extendedCode, string message) : Exception(message)
{
    /// <summary>The extended result code.</summary>
    public int ExtendedCode { get; } = extendedCode;

    /// <summary>The primary result code, one of <c>SQLITE_*</c>.</summary>
    public int Code => ExtendedCode & 0xff;
}
