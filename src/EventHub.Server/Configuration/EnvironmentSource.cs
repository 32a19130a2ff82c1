using System.Text.RegularExpressions;
using EventHub.Server.Verbs.Remote;

namespace EventHub.Server.Configuration;

/// <summary>Settings in the environment. A variable that is empty counts as not set.</summary>
internal static partial class EnvironmentSource
{
    /// <summary>What the names of EventHub's variables begin with.</summary>
    public const string Prefix = "EVENTHUB_";

    /// <summary>The values given; variables with the prefix that stand for nothing are problems.</summary>
    public static IReadOnlyList<GivenValue> Read(IReadOnlyDictionary<string, string> environment, List<ConfigurationProblem> problems)
    {
        var values = new List<GivenValue>();
        var known = new HashSet<string>(StringComparer.Ordinal) { RemoteVerb.UrlVariable };
        foreach (var setting in Settings.All)
        {
            known.Add(setting.Environment);
            if (environment.TryGetValue(setting.Environment, out var text) && text.Length > 0)
                values.Add(new GivenValue(setting, text, $"environment {setting.Environment}"));
            else if (setting.ClassicEnvironment is { } classic && environment.TryGetValue(classic, out text) && text.Length > 0)
                values.Add(new GivenValue(setting, setting.FromClassic?.Invoke(text) ?? text, $"environment {classic}") { Written = text });
        }

        var suggestions = known.Concat(Settings.All.Select(setting => setting.ClassicEnvironment).OfType<string>()).ToList();
        foreach (var (name, value) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !known.Contains(name) && !IsKubernetes(name, value))
                problems.Add(ConfigurationProblem.Unknown("variable", name, "environment", suggestions));
        }

        return values;
    }

    // Kubernetes gives every container variables for the services of its namespace; a service called eventhub or eventhub-… gives ones with our prefix.
    // The bare …_PORT is told by its value, so that EVENTHUB_PORT=8080, which somebody meant, is not passed over.
    private static bool IsKubernetes(string name, string value) =>
        ServiceVariable().IsMatch(name) || (name.EndsWith("_PORT", StringComparison.Ordinal) && PortValue().IsMatch(value));

    [GeneratedRegex("^EVENTHUB(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$")]
    private static partial Regex ServiceVariable();

    [GeneratedRegex("^(tcp|udp|sctp)://")]
    private static partial Regex PortValue();
}
