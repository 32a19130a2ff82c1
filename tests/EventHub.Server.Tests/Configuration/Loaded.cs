using System.CommandLine;
using EventHub.Server.Configuration;

namespace EventHub.Server.Tests.Configuration;

/// <summary>Settings loaded the way the program does it, from sources given as text.</summary>
internal sealed class Loaded
{
    private Loaded(ResolvedSettings settings, ServerOptions options, IReadOnlyList<string> problems)
    {
        Settings = settings;
        Options = options;
        Problems = problems;
    }

    public ResolvedSettings Settings { get; }

    public ServerOptions Options { get; }

    public IReadOnlyList<string> Problems { get; }

    /// <summary>Loads.</summary>
    /// <param name="arguments">The command line after the verb, split at blanks.</param>
    /// <param name="environment">Variables, one <c>NAME=value</c> a line.</param>
    /// <param name="file">Content of <c>eventhub.yaml</c>; <c>null</c>: there is none.</param>
    public static Loaded From(string arguments = "", string environment = "", string? file = null) =>
        From(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment, file);

    /// <summary>Loads.</summary>
    public static Loaded From(string[] arguments, string environment, string? file)
    {
        var directory = Directory.CreateTempSubdirectory("eventhub-configuration-").FullName;
        try
        {
            if (file is not null) File.WriteAllText(Path.Combine(directory, "eventhub.yaml"), file);
            var problems = new List<ConfigurationProblem>();
            var command = new Command("serve");
            var source = new CommandLineSource(command, Server.Configuration.Settings.All);
            var variables = environment.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            var settings = ConfigurationLoader.Load(source.Read(command.Parse(arguments), problems), variables, directory, problems);
            var options = ServerOptionsBuilder.Build(settings, directory, problems);
            return new Loaded(settings, options, [.. problems.Select(problem => problem.Text)]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
