using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The real psql on a database, as a user types into it.</summary>
internal static class Psql
{
    /// <summary>Runs statements, each committed by itself unless they say otherwise; what they answered, columns separated by <c>|</c>.</summary>
    public static async Task<string> RunAsync(string database, string sql)
    {
        var (code, output, error) = await TryAsync(database, sql);
        Assert.True(code == 0, $"psql answered {code} to:\n{sql}\n{error}");
        return output;
    }

    /// <summary>Runs what is refused; what psql says to it.</summary>
    public static async Task<string> RefusedAsync(string database, string sql)
    {
        var (code, _, error) = await TryAsync(database, sql);
        Assert.True(code == 3, $"psql answered {code} to:\n{sql}\n{error}");
        return error;
    }

    private static async Task<(int Code, string Output, string Error)> TryAsync(string database, string sql)
    {
        var parts = new NpgsqlConnectionStringBuilder(database);
        var start = new ProcessStartInfo("psql") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--host", parts.Host!, "--port", parts.Port.ToString(CultureInfo.InvariantCulture),
            "--username", parts.Username!, "--dbname", parts.Database!, "--file=-",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(sql);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output).TrimEnd('\n'), await error);
    }
}
