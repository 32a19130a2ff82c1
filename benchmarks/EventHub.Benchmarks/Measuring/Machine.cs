using System.Runtime.InteropServices;
using EventHub.Benchmarks.Load;

namespace EventHub.Benchmarks.Measuring;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe() => $"{Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}";

    /// <summary>Resident memory of a process in megabytes.</summary>
    public static double ResidentMb(int pid)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) return double.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal)) / 1024;
        }

        return double.NaN;
    }

    /// <summary>Has the kernel write what it holds in memory, or the fsyncs of what is measured next would wait for what others left unwritten.</summary>
    public static void Settle() => Native.Sync();

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        if (!System.IO.File.Exists(File)) return RuntimeInformation.ProcessArchitecture.ToString();
        var line = System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
