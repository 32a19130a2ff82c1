using System.CommandLine;
using EventHub.Server.Verbs.Remote;

namespace EventHub.Server.Verbs;

/// <summary>The verbs there are. Only the one that is called is made: the others would only delay its start.</summary>
internal static class VerbTable
{
    private static readonly (string Name, Func<Command> Create)[] s_verbs =
    [
        ("serve", ServeVerb.Create), ("check", CheckVerb.Create), ("migrate", MigrateVerb.Create), ("doctor", DoctorVerb.Create), ("config", ConfigVerb.Create), ("version", VersionVerb.Create),
        ("publish", PublishVerb.Create), ("tail", TailVerb.Create), ("listen", ListenVerb.Create), ("consumers", ConsumersVerb.Create), ("webhooks", WebhooksVerb.Create),
        ("dispatches", DispatchesVerb.Create), ("dead-letters", DeadLettersVerb.Create),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => s_verbs.Select(static verb => verb.Name);

    /// <summary>Makes a verb; <c>null</c> when there is none of that name.</summary>
    public static Command? Create(string? name) => Array.Find(s_verbs, verb => verb.Name == name).Create?.Invoke();
}
