using System.Text.RegularExpressions;

namespace EventHub.Soak.Deploy;

/// <summary>What <c>deploy/compose.yaml</c> starts.</summary>
internal sealed partial class ComposeFile
{
    private readonly IReadOnlyDictionary<string, string> _variables;

    /// <param name="variables">The variables of the shell that Compose puts in for <c>${NAME:-default}</c>.</param>
    public ComposeFile(IReadOnlyDictionary<string, string>? variables = null)
    {
        _variables = variables ?? new Dictionary<string, string>();
        Services = Assert.Single(DeployFiles.Documents("compose.yaml"))["services"].Entries;
    }

    public IReadOnlyDictionary<string, YamlPart> Services { get; }

    /// <summary>Names of the services that are hubs.</summary>
    public IReadOnlyList<string> Hubs => [.. Services.Where(static service => service.Value["image"].Text == "eventhub").Select(static service => service.Key)];

    /// <summary>How many containers a service has.</summary>
    public int Replicas(string service) => Services[service]["deploy"]["replicas"] is { IsThere: true } count ? count.Number : 1;

    /// <summary>The environment of a service's containers.</summary>
    public Dictionary<string, string> Environment(string service) =>
        Services[service]["environment"].Entries.ToDictionary(static entry => entry.Key, entry => Fill(entry.Value.Text));

    private string Fill(string text) => Variable().Replace(text, match => _variables.GetValueOrDefault(match.Groups["name"].Value) ?? match.Groups["default"].Value);

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<default>[^}]*)\}")]
    private static partial Regex Variable();
}
