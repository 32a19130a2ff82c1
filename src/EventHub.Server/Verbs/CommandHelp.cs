using System.CommandLine;
using System.CommandLine.Help;

namespace EventHub.Server.Verbs;

/// <summary>Gives a command its own help page.</summary>
internal static class CommandHelp
{
    /// <summary>Sets what <c>--help</c>, <c>-h</c> and <c>-?</c> show.</summary>
    public static void SetHelp(this Command command, Func<string> page)
    {
        var option = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (option is null) command.Add(option = new HelpOption());
        option.Action = new TextAction(page);
    }
}
