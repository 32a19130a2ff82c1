namespace EventHub.Benchmarks.Measuring;

/// <summary>Measures several things in turn, A B A B A B, so that what disturbs the machine disturbs them all alike.</summary>
internal sealed class Rounds
{
    private readonly List<double[]> _values = [];

    /// <summary>Runs every measurement once per round.</summary>
    public static async Task<Rounds> RunAsync(int rounds, params Func<Task<double>>[] measurements)
    {
        var result = new Rounds();
        for (var round = 0; round < rounds; round++)
        {
            var values = new double[measurements.Length];
            for (var i = 0; i < measurements.Length; i++)
            {
                Machine.Settle();
                values[i] = await measurements[i]();
            }

            result._values.Add(values);
        }

        return result;
    }

    /// <summary>Median of one measurement.</summary>
    public double Median(int index) => MedianOf([.. _values.Select(v => v[index])]);

    /// <summary>Median over the rounds of one measurement divided by another of the same round.</summary>
    public double Ratio(int index, int reference) => MedianOf([.. _values.Select(v => v[index] / v[reference])]);

    public static double MedianOf(double[] values)
    {
        if (values.Length == 0) return double.NaN;
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
