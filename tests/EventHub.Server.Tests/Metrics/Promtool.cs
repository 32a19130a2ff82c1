using System.Diagnostics;

namespace EventHub.Server.Tests.Metrics;

/// <summary>Prometheus' own checker of metrics pages.</summary>
internal static class Promtool
{
    /// <summary>What it complains about; empty when the page is valid and keeps to the naming rules.</summary>
    public static async Task<string> CheckAsync(string page)
    {
        using var process = Start();
        await process.StandardInput.WriteAsync(page);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : $"exit code {process.ExitCode}: {await output}{await error}";
    }

    private static Process Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new InvalidOperationException("promtool is missing; ./test installs it (Debian package prometheus)", failure);
        }
    }
}
