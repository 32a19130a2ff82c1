namespace EventHub.Sqlite.Native;

/// <summary>Which SQLite runs.</summary>
/// <param name="Version">For example <c>3.40.1</c>.</param>
/// <param name="Origin">Where it came from: <c>system</c>, <c>packaged</c>, or <c>chosen by the host</c>.</param>
internal sealed record SqliteLibraryInfo(string Version, string Origin);
