using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace EventHub.Architecture;

/// <summary>What projects refer to, and whom they let in.</summary>
public sealed class ReferenceTests
{
    private static readonly Assembly Engine = typeof(HubPipeline).Assembly;

    [Fact]
    public void The_engine_knows_neither_ASPNET_nor_a_database_driver_nor_a_telemetry_SDK()
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.Data", "SQLitePCL", "Npgsql", "StackExchange", "NATS", "OpenTelemetry", "EventHub."];
        var references = Engine.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();
        Assert.DoesNotContain(references, name => banned.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_engine_lets_in_its_tests_and_no_provider()
    {
        string[] allowed = ["EventHub.Tests", "EventHub.Simulation", "EventHub.Benchmarks", "EventHub.MicroBenchmarks"];
        var friends = Engine.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName);
        Breaches.None(friends.Except(allowed));
    }

    [Fact]
    public void Projects_under_src_let_in_only_tests_and_benchmarks()
    {
        var friends = Projects().SelectMany(project => Items(project, "InternalsVisibleTo").Select(friend => $"{Repository.Relative(project)}: {friend}"));
        Assert.DoesNotContain(friends, friend => !friend.EndsWith("Tests", StringComparison.Ordinal) && !friend.EndsWith("Simulation", StringComparison.Ordinal) && !friend.EndsWith("Benchmarks", StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_refer_only_downwards()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["EventHub"] = [],
            ["EventHub.Sqlite"] = ["EventHub"],
            ["EventHub.Postgres"] = ["EventHub"],
            ["EventHub.AspNetCore"] = ["EventHub"],
            ["EventHub.Client"] = [],
            ["EventHub.Server"] = ["EventHub.AspNetCore", "EventHub.Client", "EventHub.Postgres", "EventHub.Sqlite"],
        };
        var actual = Projects().ToDictionary(
            project => Path.GetFileNameWithoutExtension(project),
            project => Items(project, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(allowed, actual);
    }

    private static IEnumerable<string> Projects() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> Items(string project, string name) => XDocument.Load(project).Descendants(name).Select(item => item.Attribute("Include")!.Value);
}
