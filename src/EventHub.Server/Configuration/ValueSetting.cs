namespace EventHub.Server.Configuration;

/// <summary>A <see cref="Setting"/> with the type of its value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
internal sealed class ValueSetting<T> : Setting
{
    /// <summary>Reads a value: false when it breaks the rule.</summary>
    public delegate bool Parser(string text, out T value);

    /// <summary>Reads a value.</summary>
    public required Parser Parse { get; init; }

    /// <summary>The value when none is given.</summary>
    public required T Default { get; init; }

    /// <inheritdoc/>
    public override bool TryParse(string text, out object? value)
    {
        var valid = Parse(text, out var typed);
        value = typed;
        return valid;
    }
}
