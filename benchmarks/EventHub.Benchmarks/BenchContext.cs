namespace EventHub.Benchmarks;

/// <summary>How long to measure, and where things lie.</summary>
internal sealed record BenchContext
{
    /// <summary>Seconds per measurement. Default 3.</summary>
    public double Seconds { get; init; } = 3;

    /// <summary>Times each measurement is taken, in turn with what it is compared to. Default 3.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Fewer and smaller: to see that it runs.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Also what takes very long.</summary>
    public bool IsFull { get; init; }

    /// <summary>Put the tables into docs/performance.md.</summary>
    public bool WritesMarkdown { get; init; }

    /// <summary>The repository.</summary>
    public required string Root { get; init; }

    /// <summary>Where databases are put; deleted at the end.</summary>
    public required string Scratch { get; init; }

    /// <summary>
    /// How long a server is run under load before it is measured: compiled code is replaced by better code for a while. On two cores a hub takes two and a half times as
    /// much after four seconds as in its first three; deliveries still gain a third between the sixth and the twentieth.
    /// </summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(IsQuick ? 4 : 12);

    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    public string NewDirectory() => Directory.CreateDirectory(Path.Combine(Scratch, Guid.NewGuid().ToString("N"))).FullName;
}
