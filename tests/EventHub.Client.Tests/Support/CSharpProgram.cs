using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EventHub.Client.Tests.Support;

/// <summary>Compiles a program of a page with the SDK's compiler, against the client, and says how to run it.</summary>
internal static class CSharpProgram
{
    private static readonly string s_usings = string.Concat(((string[])["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"]).Select(n => $"global using {n};\n"));

    public static async Task<ProcessStartInfo> CompileAsync(string code, string directory)
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var compiler = Directory.EnumerateDirectories(Path.GetFullPath(Path.Combine(runtime, "../../../sdk")), "10.*").Max(StringComparer.Ordinal) + "/Roslyn/bincore/csc.dll";
        var client = Path.Combine(AppContext.BaseDirectory, "EventHub.Client.dll");
        File.Copy(client, Path.Combine(directory, "EventHub.Client.dll"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(directory, "program.cs"), code, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "usings.cs"), s_usings, TestContext.Current.CancellationToken);
        var references = Directory.EnumerateFiles(runtime, "*.dll").Where(f => Path.GetFileName(f) is var n && (n.StartsWith("System.", StringComparison.Ordinal) || n is "netstandard.dll" or "mscorlib.dll"));
        var response = Path.Combine(directory, "program.rsp");
        await File.WriteAllLinesAsync(
            response, ["-nologo", "-nullable:enable", "-langversion:latest", "-out:program.dll", $"-r:{client}", .. references.Select(r => $"-r:{r}"), "program.cs", "usings.cs"], TestContext.Current.CancellationToken);
        using var compilation = Process.Start(new ProcessStartInfo("dotnet", ["exec", compiler, "-noconfig", "@" + response]) { WorkingDirectory = directory, RedirectStandardOutput = true })!;
        var output = await compilation.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await compilation.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(compilation.ExitCode == 0, output + code);
        var framework = """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"VERSION"}}}""".Replace("VERSION", $"{Environment.Version}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "program.runtimeconfig.json"), framework, TestContext.Current.CancellationToken);
        return new ProcessStartInfo("dotnet", ["exec", Path.Combine(directory, "program.dll")]);
    }
}
