using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EventHub.Server.Configuration;

/// <summary>Settings in a YAML file: one mapping of keys to values; values that are lists in other places may be lists here.</summary>
internal static class FileSource
{
    /// <summary>The values given, and everything that is wrong with the file.</summary>
    /// <param name="name">What the file is called in messages.</param>
    /// <param name="path">The file; it must be there.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static IReadOnlyList<GivenValue> Read(string name, string path, List<ConfigurationProblem> problems)
    {
        var values = new Dictionary<Setting, GivenValue>();
        var root = Parse(name, path, problems);
        if (root is null) return [];
        foreach (var (keyNode, valueNode) in root.Children)
        {
            var origin = $"{name} line {keyNode.Start.Line}";
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var setting = Settings.All.FirstOrDefault(known => known.Key == key.Replace('-', '_'));
            if (setting is null or { NotInFile: true })
                problems.Add(ConfigurationProblem.Unknown("key", key, origin, Settings.All.Where(known => !known.NotInFile).Select(known => known.Key)));
            else if (Text(setting, valueNode) is not { } text)
                problems.Add(new($"{setting.Key}: has no plain value ({origin}); it must be {setting.Rule}"));
            else if (!values.TryAdd(setting, new GivenValue(setting, text, origin)))
                problems.Add(new($"{setting.Key}: given twice ({origin}, {values[setting].Origin}); give it once"));
        }

        return [.. values.Values];
    }

    private static YamlMappingNode? Parse(string name, string path, List<ConfigurationProblem> problems)
    {
        try
        {
            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            if (stream.Documents.Count == 0) return null;
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode mapping) return mapping;
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlScalarNode { Value: null or "" }) return null;
            problems.Add(new($"config: '{name}' must be one list of 'key: value' lines"));
        }
        catch (YamlException failure)
        {
            problems.Add(new($"config: '{name}' line {failure.Start.Line} is not YAML: {ConfigurationProblem.OneLine(failure.Message)}"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new($"config: '{name}' cannot be read: {ConfigurationProblem.OneLine(failure.Message)}"));
        }

        return null;
    }

    private static string? Text(Setting setting, YamlNode node) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } => null,
        YamlScalarNode scalar => scalar.Value,
        YamlSequenceNode list when setting.Separator is { } separator && list.Children.All(item => item is YamlScalarNode { Value: not null }) =>
            string.Join(separator, list.Children.Select(item => ((YamlScalarNode)item).Value)),
        _ => null,
    };
}
