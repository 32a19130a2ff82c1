namespace EventHub.Postgres.Maintenance;

/// <summary>Something <see cref="PostgresDoctor"/> looked at.</summary>
/// <param name="IsFine">Nothing is wrong with it.</param>
/// <param name="Text">What was found; where it is wrong, also what to do.</param>
public sealed record Finding(bool IsFine, string Text);
