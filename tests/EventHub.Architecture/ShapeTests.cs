using System.Text.RegularExpressions;

namespace EventHub.Architecture;

/// <summary>The shape of the sources: small files, one type each, folders that name a job.</summary>
public sealed partial class ShapeTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var longer = Repository.Sources("src").Where(file => file.Lines > LongestFile);
        Breaches.None(longer.Select(file => $"{file.Path}: {file.Lines} lines"));
    }

    [Fact]
    public void Nine_files_in_ten_have_at_most_170_lines()
    {
        var lines = Repository.Sources("src").Select(file => file.Lines).Order().ToList();
        Assert.InRange(lines[lines.Count * 9 / 10], 1, 170);
    }

    [Fact]
    public void Partial_is_for_generated_code_alone()
    {
        var breaches = Repository.Sources("src").Where(file =>
            PartialType().IsMatch(file.Code)
            && !file.Text.Contains("[LoggerMessage(", StringComparison.Ordinal)
            && !file.Text.Contains("[GeneratedRegex(", StringComparison.Ordinal)
            && !file.Text.Contains(": JsonSerializerContext", StringComparison.Ordinal)
            && !file.Text.Contains("[LibraryImport(", StringComparison.Ordinal));
        Breaches.None(breaches.Select(file => file.Path));
    }

    [Fact]
    public void No_type_is_spread_over_files()
    {
        var spread =
            from file in Repository.Sources("src")
            from Match match in PartialType().Matches(file.Code)
            group file.Path by (Path.GetDirectoryName(file.Path), match.Groups["name"].Value) into parts
            where parts.Distinct().Count() > 1
            select string.Join(", ", parts);
        Breaches.None(spread);
    }

    // Serializer contexts hold generated code and stand beside what they serialize.
    [Fact]
    public void Each_file_has_one_type_and_its_name()
    {
        var breaches =
            from file in Repository.Sources("src")
            let types = TopLevelType().Matches(file.Code).Select(match => match.Groups["name"].Value).Where(name => !name.EndsWith("JsonContext", StringComparison.Ordinal)).ToList()
            where types.Count > 1 || (types.Count == 1 && types[0] != Path.GetFileNameWithoutExtension(file.Path))
            select $"{file.Path}: {string.Join(", ", types)}";
        Breaches.None(breaches);
    }

    [Fact]
    public void Folders_name_a_job()
    {
        string[] banned = ["Common", "Utils", "Utilities", "Helpers", "Core", "Misc", "Shared", "Base", "Managers"];
        Assert.DoesNotContain(Repository.Directories("src"), path => banned.Contains(Path.GetFileName(path)));
    }

    [Fact]
    public void There_are_no_regions() =>
        Breaches.None(Repository.Sources("src").Where(file => Region().IsMatch(file.Code)).Select(file => file.Path));

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\bpartial (class|struct|record|interface)( struct| class)? (?<name>\w+)")]
    private static partial Regex PartialType();

    [GeneratedRegex(@"^(\w+ )*(class|struct|record struct|record class|record|interface|enum|delegate [\w<>?.,\[\] ]+?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
