using System.Collections;
using System.CommandLine;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs;

/// <summary>The settings a verb was started with.</summary>
/// <param name="Resolved">Each setting's value and origin.</param>
/// <param name="Options">What they amount to.</param>
internal sealed record VerbSettings(ResolvedSettings Resolved, ServerOptions Options)
{
    /// <summary>Reads them; <c>null</c> when something is wrong, which has then been written to the error output, a line each.</summary>
    public static VerbSettings? Read(ParseResult parsed, CommandLineSource source)
    {
        var problems = new List<ConfigurationProblem>();
        var directory = Directory.GetCurrentDirectory();
        var resolved = ConfigurationLoader.Load(source.Read(parsed, problems), Environment(), directory, problems);
        var options = ServerOptionsBuilder.Build(resolved, directory, problems);
        foreach (var problem in problems) parsed.InvocationConfiguration.Error.WriteLine($"eventhub: {problem.Text}");
        return problems.Count == 0 ? new VerbSettings(resolved, options) : null;
    }

    private static Dictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
