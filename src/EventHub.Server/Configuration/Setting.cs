namespace EventHub.Server.Configuration;

/// <summary>
/// One setting: what it is called in each of the places it can be set, what it may be, and what it is for. Command line, environment, file and help
/// all work from this.
/// </summary>
internal abstract class Setting
{
    /// <summary>Name in the file, for example <c>poll_interval_ms</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What help calls the value, for example <c>DIR</c>.</summary>
    public required string ValueName { get; init; }

    /// <summary>The default as help shows it.</summary>
    public required string DefaultText { get; init; }

    /// <summary>What it is for; one or two sentences.</summary>
    public required string Help { get; init; }

    /// <summary>What a value must be; completes "… must be".</summary>
    public required string Rule { get; init; }

    /// <summary>Heading it stands under in help.</summary>
    public required string Group { get; init; }

    /// <summary>A name in the environment without the prefix, as older deployments have it; read when the prefixed one is not set.</summary>
    public string? ClassicEnvironment { get; init; }

    /// <summary>What the value of <see cref="ClassicEnvironment"/> stands for, where that is another form.</summary>
    public Func<string, string>? FromClassic { get; init; }

    /// <summary>Never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The option alone means <c>true</c>.</summary>
    public bool IsFlag { get; init; }

    /// <summary>Cannot be set in the file.</summary>
    public bool NotInFile { get; init; }

    /// <summary>Separates several values; a list in the file is joined with it. <c>null</c>: just one value.</summary>
    public char? Separator { get; init; }

    /// <summary>Name on the command line.</summary>
    public string Option => "--" + Key.Replace('_', '-');

    /// <summary>Name in the environment.</summary>
    public string Environment => EnvironmentSource.Prefix + Key.ToUpperInvariant();

    /// <summary>A value as it may be shown.</summary>
    public string Show(string value) => IsSecret ? "***" : $"'{value}'";

    /// <summary>Reads a value; false when it breaks the rule.</summary>
    public abstract bool TryParse(string text, out object? value);
}
