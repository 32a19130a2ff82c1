using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace EventHub.Soak.Deploy;

/// <summary>The files below <c>deploy</c>.</summary>
internal static class DeployFiles
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(string name) => Path.Combine(Root, "deploy", name);

    public static string Text(string name) => File.ReadAllText(PathOf(name));

    /// <summary>All documents of a YAML file, with merge keys resolved.</summary>
    public static IReadOnlyList<YamlPart> Documents(string name)
    {
        var parser = new MergingParser(new Parser(new StringReader(Text(name))));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<YamlPart>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(new YamlPart(deserializer.Deserialize(parser)));
        return documents;
    }

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "deploy", "compose.yaml"))) return directory.FullName;
        }

        throw new DirectoryNotFoundException($"deploy/compose.yaml is in no directory above {AppContext.BaseDirectory}.");
    }
}
