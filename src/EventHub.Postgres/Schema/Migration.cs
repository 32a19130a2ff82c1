namespace EventHub.Postgres.Schema;

/// <summary>One step of the schema; runs in a transaction of its own and is never changed once released.</summary>
/// <param name="Version">The schema's version after it; from 1, without gaps.</param>
/// <param name="Sql">What it does.</param>
internal sealed record Migration(int Version, string Sql);
