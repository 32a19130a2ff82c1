using System.CommandLine;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub config</c>: every setting with its value and origin, as <c>serve</c> would see them from here.</summary>
internal static class ConfigVerb
{
    public static Command Create()
    {
        var command = new Command("config", "Show every setting, its value, and where it comes from");
        var source = new CommandLineSource(command, Settings.All);
        command.SetHelp(() => HelpText.Verb(
            "Usage: eventhub config [options of serve]\n\nShows every setting with its value and where it comes from, as serve would see it from here. "
            + "Secrets are not shown.\nExit code 2, and a line for each mistake, when serve would not start.",
            "Example:\n  BATCH_SIZE=50 eventhub config --data /var/lib/eventhub", [], "eventhub serve --help explains the settings."));
        command.SetAction(parsed =>
        {
            if (VerbSettings.Read(parsed, source) is not { } settings) return ExitCode.Usage;
            foreach (var setting in Settings.All)
            {
                var given = settings.Resolved.Given(setting);
                var value = given is null ? setting.IsSecret ? "***" : setting.DefaultText : setting.IsSecret ? "***" : given.Text;
                parsed.InvocationConfiguration.Output.WriteLine($"{setting.Key}: {value}   # {given?.Origin ?? "default"}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
