using System.CommandLine;
using System.Reflection;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub version</c>: the version alone on a line.</summary>
internal static class VersionVerb
{
    /// <summary>The product's version, without what the build appends to it.</summary>
    public static string Version { get; } =
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create()
    {
        var command = new Command("version", "Show the version");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(Version));
        return command;
    }
}
