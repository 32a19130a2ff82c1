using EventHub.Server.Configuration.Tables;

namespace EventHub.Server.Configuration;

/// <summary>Brings the sources together: command line over environment over file over default.</summary>
internal static class ConfigurationLoader
{
    private const string DefaultFile = "eventhub.yaml";

    /// <summary>The settings to run with. They are to be used only when there are no problems.</summary>
    /// <param name="commandLine">What the command line gave.</param>
    /// <param name="environment">All environment variables.</param>
    /// <param name="directory">Where the default file is looked for, and what a file's relative path is relative to.</param>
    /// <param name="problems">Gets everything that is wrong, from all sources.</param>
    public static ResolvedSettings Load(
        IReadOnlyList<GivenValue> commandLine, IReadOnlyDictionary<string, string> environment, string directory, List<ConfigurationProblem> problems)
    {
        var variables = EnvironmentSource.Read(environment, problems);
        var file = ReadFile(Find(commandLine, BasicTable.Config) ?? Find(variables, BasicTable.Config), directory, problems);
        var resolved = new ResolvedSettings();
        foreach (var setting in Settings.All)
        {
            var given = Find(commandLine, setting) ?? Find(variables, setting) ?? Find(file, setting);
            if (given is null) continue;
            if (setting.TryParse(given.Text, out var value)) resolved.Set(given, value);
            else problems.Add(ConfigurationProblem.BadValue(given));
        }

        return resolved;
    }

    private static IReadOnlyList<GivenValue> ReadFile(GivenValue? named, string directory, List<ConfigurationProblem> problems)
    {
        var path = Path.Combine(directory, named?.Text ?? DefaultFile);
        if (File.Exists(path)) return FileSource.Read(named?.Text ?? DefaultFile, path, problems);
        if (named is not null) problems.Add(new($"config: {named.Setting.Show(named.Text)} ({named.Origin}): there is no such file"));
        return [];
    }

    private static GivenValue? Find(IReadOnlyList<GivenValue> values, Setting setting) => values.FirstOrDefault(given => given.Setting == setting);
}
