namespace EventHub.Server.Configuration;

/// <summary>One thing that is wrong with the configuration; its text is one line and shows no secret.</summary>
/// <param name="Text">Key, value, where it came from, and the rule.</param>
internal sealed record ConfigurationProblem(string Text)
{
    /// <summary>A value breaks its setting's rule.</summary>
    public static ConfigurationProblem BadValue(GivenValue given) =>
        new($"{given.Setting.Key}: {given.Setting.Show(OneLine(given.Written))} ({given.Origin}) is not valid: it must be {given.Setting.Rule}");

    /// <summary>A name that stands for nothing.</summary>
    /// <param name="kind">What it would have been: <c>option</c>, <c>key</c>, <c>variable</c>.</param>
    /// <param name="name">As written.</param>
    /// <param name="origin">Where.</param>
    /// <param name="known">The names there are.</param>
    public static ConfigurationProblem Unknown(string kind, string name, string origin, IEnumerable<string> known)
    {
        var suggestion = NearMiss.Find(name, known);
        return new($"{OneLine(name)}: unknown {kind} ({origin}){(suggestion is null ? "; see eventhub serve --help for those there are" : $"; did you mean {suggestion}?")}");
    }

    /// <summary>The text without what would break the line.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
