using System.CommandLine;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs;

/// <summary>The program: its verbs, and what happens when none is named.</summary>
internal static class CommandLineProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where complaints go.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("EventHub: a durable event hub");
        if (VerbTable.Create(args.Count > 0 ? args[0] : null) is { } verb) root.Add(verb);
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetHelp(() => HelpText.Root);
        root.Options.OfType<VersionOption>().First().Action = new TextAction(() => VersionVerb.Version + "\n");
        root.SetAction(WithoutVerb);

        // No file behind "@name" is read, "-abc" is not taken apart: values are taken as they are.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Errors.Count > 0 && parsed.Action is not TextAction)
        {
            foreach (var problem in parsed.Errors) await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(problem.Message)}");
            return ExitCode.Usage;
        }

        // Signals are the host's business: it drains before it ends.
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null });
    }

    private static int WithoutVerb(ParseResult parsed)
    {
        var configuration = parsed.InvocationConfiguration;
        if (parsed.UnmatchedTokens.Count == 0)
        {
            configuration.Output.Write(HelpText.Root);
            return ExitCode.Success;
        }

        var token = parsed.UnmatchedTokens[0];
        var suggestion = NearMiss.Find(token, VerbTable.Names);
        configuration.Error.WriteLine(
            $"eventhub: '{ConfigurationProblem.OneLine(token)}' is not a verb{(suggestion is null ? "; see eventhub --help" : $"; did you mean {suggestion}?")}");
        return ExitCode.Usage;
    }
}
