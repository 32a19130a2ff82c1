using System.Reflection;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Tests;

/// <summary>Holds the providers to the whole of the suite.</summary>
public class ProviderTests
{
    private static readonly Type[] s_classes = [.. typeof(StoreTest<>).Assembly.GetExportedTypes()
        .Where(type => type.IsAbstract && type.IsGenericTypeDefinition && type != typeof(StoreTest<>) && Chain(type).Any(IsStoreTest))];

    private static readonly Type[] s_providers = [.. typeof(ProviderTests).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StoreProvider)))];

    /// <summary>A folder of tests per provider: its last part names the provider.</summary>
    public static TheoryData<string> Namespaces => [.. s_providers.Select(provider => provider.Namespace!).Distinct()];

    [Fact]
    public void The_suite_and_the_providers_are_found()
    {
        Assert.True(s_classes.Length >= 12, $"Only {s_classes.Length} conformance classes were found.");
        Assert.Contains(typeof(Memory.MemoryProvider), s_providers);
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void Every_provider_runs_every_conformance_class(string provider)
    {
        var run = typeof(ProviderTests).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == provider && !type.IsAbstract)
            .SelectMany(Chain).Where(type => type.IsGenericType)
            .Where(type => type.GetGenericArguments()[0].Namespace == provider)
            .Select(type => type.GetGenericTypeDefinition()).ToHashSet();

        Assert.Empty(s_classes.Where(type => !run.Contains(type)).Select(type => type.Name));
    }

    [Fact]
    public void Every_conformance_class_has_tests()
    {
        Assert.All(s_classes, type => Assert.Contains(type.GetMethods(), method => method.GetCustomAttribute<FactAttribute>() is not null));
    }

    private static IEnumerable<Type> Chain(Type type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType) yield return current;
    }

    private static bool IsStoreTest(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StoreTest<>);
}
