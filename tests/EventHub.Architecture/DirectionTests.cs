using System.Text.RegularExpressions;

namespace EventHub.Architecture;

/// <summary>
/// Who may know whom inside the engine: its folders are its stages, and namespaces follow folders. The table is the rule; a line that is not there is
/// a decision somebody has to take.
/// </summary>
public sealed partial class DirectionTests
{
    // Values are namespaces, or one type of a namespace.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        // What everybody knows, and knows nobody.
        ["Events"] = [],
        ["Storage"] = ["Events", "Routing"],
        ["Diagnostics"] = ["Events", "Routing"],

        // The stages. Publishing → Log; Routing reads only events (its store types aside, and how a field error looks); Delivery → Routing, Log, Journal.
        ["Publishing"] = ["Events", "Storage", "Diagnostics", "Log", "Hosting.HubOptions"],
        ["Log"] = ["Events", "Storage", "Diagnostics"],
        ["Routing"] =
        [
            "Events", "Storage", "Diagnostics", "Publishing.FieldError",

            // Whoever keeps subscriptions checks them by the rules of their destinations, gives them ids, and wakes those who wait for a change.
            "Delivery.WebhookUrlRules", "Delivery.WebhookHeaderRules", "Publishing.EventIdGenerator", "Log.AsyncSignal",
        ],
        ["Delivery"] = ["Events", "Storage", "Diagnostics", "Routing", "Log", "Journal", "Hosting.HubOptions"],

        // Cursors beside subscriptions: they read the log, begin as subscriptions do, and follow the rules of their patterns.
        ["Consumers"] = ["Events", "Storage", "Diagnostics", "Log", "Routing.SubscriptionStart", "Routing.SubscriptionValidator", "Publishing.FieldError", "Publishing.EventIdGenerator"],

        // What is in flight is in no store: only the runners can tell.
        ["Journal"] = ["Events", "Storage", "Diagnostics", "Routing", "Log", "Delivery.RunnerHost"],
        ["Maintenance"] = ["Events", "Storage", "Diagnostics", "Routing", "Log", "Journal", "Delivery", "Hosting.HubOptions"],

        // Puts it all together, as HubPipeline in the root does.
        ["Hosting"] = ["Events", "Storage", "Diagnostics", "Publishing", "Log", "Routing", "Delivery", "Consumers", "Journal", "Maintenance"],
    };

    // Namespace and name of every type of the engine, in its outermost folder's name: (Delivery, AttemptOutcome).
    private static readonly HashSet<(string Folder, string Type)> Types =
    [
        .. typeof(HubPipeline).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("EventHub.", StringComparison.Ordinal) == true && !type.IsNested)
            .Select(type => (type.Namespace!.Split('.')[1], type.Name.Split('`')[0])),
    ];

    [Fact]
    public void Every_folder_of_the_engine_has_its_line() =>
        Assert.Equal(Folders().Order(StringComparer.Ordinal), Allowed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Stages_know_only_those_they_may()
    {
        var breaches =
            from file in Repository.Sources("src/EventHub")
            let folder = file.Path.Split('/')[2]
            where Allowed.ContainsKey(folder)
            from known in Known(file, folder)
            where !Allowed[folder].Contains(known.Folder) && !Allowed[folder].Contains($"{known.Folder}.{known.Type}")
            select $"{file.Path} knows {known.Folder}.{known.Type}";
        Breaches.None(breaches);
    }

    [Fact]
    public void Permissions_for_single_types_are_still_needed()
    {
        var used = Repository.Sources("src/EventHub")
            .Select(file => (File: file, Folder: file.Path.Split('/')[2]))
            .SelectMany(entry => Known(entry.File, entry.Folder).Select(known => $"{entry.Folder} → {known.Folder}.{known.Type}"))
            .ToHashSet();
        Breaches.None(Allowed.SelectMany(line => line.Value.Where(known => known.Contains('.', StringComparison.Ordinal)).Select(known => $"{line.Key} → {known}")).Except(used));
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var breaches =
            from file in Repository.Sources("src")
            let declared = NamespaceDeclaration().Match(file.Code).Groups["name"].Value
            where declared.Length > 0 && !declared.StartsWith("Microsoft.", StringComparison.Ordinal)
            let expected = string.Join('.', file.Path.Split('/')[1..^1])
            where declared != expected
            select $"{file.Path} is in {declared}";
        Breaches.None(breaches);
    }

    // A type counts as known when its name stands in the code and its namespace is imported or written before it. Two types of one name in
    // different folders cannot be told apart this way; there are none (see the test below).
    private static IEnumerable<(string Folder, string Type)> Known(SourceFile file, string folder)
    {
        var code = file.Code;
        var imported = Import().Matches(code).Select(match => match.Groups["folder"].Value).ToHashSet();
        var words = Word().Matches(code).Select(match => match.Value).ToHashSet();
        return Types.Where(type => type.Folder != folder && words.Contains(type.Type)
            && (imported.Contains(type.Folder) || Regex.IsMatch(code, $@"\b{type.Folder}\.(\w+\.)*{type.Type}\b")));
    }

    [Fact]
    public void No_two_types_of_the_engine_share_a_name() => Breaches.None(Types.GroupBy(type => type.Type).Where(same => same.Count() > 1).Select(same => same.Key));

    private static IEnumerable<string> Folders() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/EventHub")).Select(path => Path.GetFileName(path)).Except(["bin", "obj"]);

    [GeneratedRegex(@"\busing EventHub\.(?<folder>\w+)")]
    private static partial Regex Import();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
