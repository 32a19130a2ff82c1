namespace EventHub.Benchmarks.Roles;

/// <summary>The life of a server beside the benchmark: it says where it listens, and goes when its standard input ends.</summary>
internal static class Standing
{
    public static async Task UntilStdinEndsAsync(string url)
    {
        Console.WriteLine(url);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }
}
