using System.CommandLine;
using System.CommandLine.Parsing;
using EventHub.Client;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs.Remote;

/// <summary>What the verbs that talk to a running hub have in common: where it is, how answers are shown, and what is said when something goes wrong.</summary>
internal static class RemoteVerb
{
    /// <summary>The environment variable that names the hub.</summary>
    public const string UrlVariable = "EVENTHUB_URL";

    /// <summary>The part of help pages that is the same for all of them.</summary>
    public const string CommonHelp =
        """
        Common options:
          --url URL     The hub. Default: the environment variable EVENTHUB_URL, or http://127.0.0.1:3000
          --json        JSON, one line for each item, also on a terminal; what is piped is JSON anyway

        Exit code 0: done; 1: the hub refused it or cannot be reached; 2: called wrongly.
        """;

    private const string DefaultUrl = "http://127.0.0.1:3000";

    /// <summary>Makes a verb, or one of the verbs below one, do something with a hub.</summary>
    /// <param name="command">The verb, with its own options and arguments.</param>
    /// <param name="page">Its help page.</param>
    /// <param name="act">What it does; the exit code.</param>
    /// <param name="retryFor">How long requests are tried again; a person at a terminal wants to know at once.</param>
    public static Command Does(this Command command, string page, Func<RemoteCall, Task<int>> act, TimeSpan retryFor = default)
    {
        var url = new Option<string>("--url");
        var json = new Option<bool>("--json");
        command.Add(url);
        command.Add(json);
        command.SetHelp(() => page + "\n");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(url), parsed.GetValue(json), act, retryFor, cancellationToken));
        return command;
    }

    /// <summary>Makes a verb that only holds others show their page.</summary>
    public static Command Holds(this Command command, string page, params ReadOnlySpan<Command> verbs)
    {
        foreach (var verb in verbs) command.Add(verb);
        command.SetHelp(() => page + "\n");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Error.WriteLine($"eventhub: {command.Name} what? {string.Join(", ", command.Subcommands.Select(static verb => verb.Name))}; see eventhub {command.Name} --help");
            return ExitCode.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, string? url, bool isJson, Func<RemoteCall, Task<int>> act, TimeSpan retryFor, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (UnknownOption(parsed) is { } unknown)
        {
            await error.WriteLineAsync($"eventhub: {unknown.Text}");
            return ExitCode.Usage;
        }

        var text = url ?? (Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } variable ? variable : DefaultUrl);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"eventhub: --url: '{ConfigurationProblem.OneLine(text)}' is no http or https URL such as {DefaultUrl}");
            return ExitCode.Usage;
        }

        await using var hub = new EventHubClient(new EventHubClientOptions { Url = uri, RetryTimeout = retryFor });
        var show = new RemoteOutput(parsed.InvocationConfiguration.Output, isJson || Console.IsOutputRedirected);
        try
        {
            return await act(new RemoteCall(parsed, hub, show, error, cancellationToken));
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(e.Message)}");
            return ExitCode.Usage;
        }
        catch (EventHubException e)
        {
            await error.WriteLineAsync($"eventhub: {ConfigurationProblem.OneLine(Explain(e))}");
            return ExitCode.Failure;
        }
    }

    // The parser takes a mistyped option for an argument where there may be many, such as patterns. Behind "--" nothing is an option.
    private static ConfigurationProblem? UnknownOption(ParseResult parsed)
    {
        if (parsed.Tokens.Any(static token => token.Type == TokenType.DoubleDash)) return null;
        var command = parsed.CommandResult.Command;
        return parsed.CommandResult.Tokens.FirstOrDefault(static token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } found
            ? new ConfigurationProblem($"{ConfigurationProblem.OneLine(found.Value.Split('=')[0])}: unknown option{Suggestion(found.Value, command)}")
            : null;
    }

    private static string Suggestion(string option, Command command) => NearMiss.Find(option, command.Options.Select(static known => known.Name)) is { } name
        ? $"; did you mean {name}?"
        : $"; see eventhub {command.Name} --help";

    private static string Explain(EventHubException failure) => failure is EventHubUnreachableException
        ? $"{failure.Message}. Is it running? eventhub serve starts one; --url or {UrlVariable} names another"
        : failure.Message;
}
