namespace EventHub.Server.Configuration;

/// <summary>The value of every setting, and where it came from.</summary>
internal sealed class ResolvedSettings
{
    private readonly Dictionary<Setting, (GivenValue Given, object? Value)> _given = [];

    /// <summary>Takes a value that keeps its setting's rule.</summary>
    public void Set(GivenValue given, object? value) => _given[given.Setting] = (given, value);

    /// <summary>The value given, or the default.</summary>
    public T Get<T>(ValueSetting<T> setting) => _given.TryGetValue(setting, out var entry) ? (T)entry.Value! : setting.Default;

    /// <summary>What was given; <c>null</c> when the default holds.</summary>
    public GivenValue? Given(Setting setting) => _given.TryGetValue(setting, out var entry) ? entry.Given : null;
}
