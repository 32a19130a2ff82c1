using System.CommandLine;

namespace EventHub.Server.Configuration;

/// <summary>Settings on the command line.</summary>
internal sealed class CommandLineSource
{
    private const string Origin = "command line";

    private readonly Dictionary<Setting, Option<string[]>> _options = [];

    /// <summary>Adds an option per setting to a verb.</summary>
    public CommandLineSource(Command command, IEnumerable<Setting> settings)
    {
        // What is unknown or without a value is told together with everything else that is wrong, and not by the parser one by one.
        command.TreatUnmatchedTokensAsErrors = false;
        foreach (var setting in settings)
        {
            var option = new Option<string[]>(setting.Option) { Arity = ArgumentArity.ZeroOrMore, HelpName = setting.ValueName, Description = setting.Help };
            _options.Add(setting, option);
            command.Add(option);
        }
    }

    /// <summary>The values given, and what is wrong with how they were given.</summary>
    public IReadOnlyList<GivenValue> Read(ParseResult parsed, List<ConfigurationProblem> problems)
    {
        var values = new List<GivenValue>();
        foreach (var (setting, option) in _options)
        {
            var result = parsed.GetResult(option);
            if (result is null or { Implicit: true }) continue;
            var given = result.Tokens.Select(token => token.Value).ToList();
            if (given.Count < result.IdentifierTokenCount && setting.IsFlag) given.Add("true");
            if (result.IdentifierTokenCount > 1)
                problems.Add(new($"{setting.Option}: given {result.IdentifierTokenCount} times ({Origin}); give it once{(setting.Separator is { } s ? $", with values separated by '{s}'" : "")}"));
            else if (given.Count == 0)
                problems.Add(new($"{setting.Option}: no value given ({Origin}); it must be {setting.Rule}"));
            else if (given[0].StartsWith("--", StringComparison.Ordinal))
                problems.Add(ConfigurationProblem.Unknown("option", Name(given[0]), Origin, _options.Keys.Select(known => known.Option)));
            else
                values.Add(new GivenValue(setting, given[0], Origin));
        }

        ReadUnmatched(parsed.UnmatchedTokens, problems);
        return values;
    }

    private void ReadUnmatched(IReadOnlyList<string> tokens, List<ConfigurationProblem> problems)
    {
        var afterUnknown = false;
        foreach (var token in tokens)
        {
            if (token.StartsWith('-'))
            {
                problems.Add(ConfigurationProblem.Unknown("option", Name(token), Origin, _options.Keys.Select(setting => setting.Option)));
                afterUnknown = !token.Contains('=', StringComparison.Ordinal);
            }
            else if (!afterUnknown)
            {
                problems.Add(new($"'{ConfigurationProblem.OneLine(token)}': unexpected argument ({Origin}); options are written --name value"));
            }
            else
            {
                // Most likely the unknown option's value; it may be a secret and tells nothing more.
                afterUnknown = false;
            }
        }
    }

    // The value behind "=" may be a secret.
    private static string Name(string token) => token.Split('=')[0];
}
