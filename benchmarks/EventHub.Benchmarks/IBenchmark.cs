using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks;

/// <summary>One benchmark of <c>./bench</c>.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line, in the results and in the page's markers.</summary>
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string About { get; }

    /// <summary>About how long it takes.</summary>
    TimeSpan Estimate(BenchContext context);

    Task<IReadOnlyList<Table>> RunAsync(BenchContext context);
}
