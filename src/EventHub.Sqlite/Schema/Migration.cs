using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Schema;

/// <summary>One step of the schema.</summary>
/// <param name="Version">The version it leads to; one after the other from 1.</param>
/// <param name="Run">Does it, inside a transaction.</param>
internal sealed record Migration(int Version, Action<SqliteConnection> Run);
