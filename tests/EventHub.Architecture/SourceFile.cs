using System.Text.RegularExpressions;

namespace EventHub.Architecture;

/// <summary>A C# file.</summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Text">Its content.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>Number of lines.</summary>
    public int Lines => Text.Count(c => c == '\n');

    /// <summary>The code without comments and without what strings say.</summary>
    public string Code => StringOrComment().Replace(Text, match => match.Value[0] == '/' ? " " : "\"\"");

    [GeneratedRegex("//[^\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|@\"(\"\"|[^\"])*\"|\"(\\\\.|[^\"\\\\\n])*\"|'(\\\\.|[^'\\\\])'", RegexOptions.Singleline)]
    private static partial Regex StringOrComment();
}
