using System.Text;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs;

/// <summary>Help pages, made from the settings.</summary>
internal static class HelpText
{
    private const int Width = 100;

    /// <summary>The page of the program itself.</summary>
    public const string Root =
        """
        EventHub: a durable event hub. Publish over HTTP; deliver to webhooks, streams and consumers.

        Usage: eventhub <verb> [options]

        The hub itself:
          serve          Run the hub (eventhub serve --help lists all settings)
          check          Check the integrity of a data directory or database
          migrate        Make or update the schema of a database
          doctor         Say what is wrong with a database
          config         Show every setting, its value, and where it comes from
          version        Show the version

        With a hub that runs:
          publish        Publish an event, or many from lines
          tail           Follow events as they come
          listen         Send events to a program on this machine, as a webhook would
          consumers      Cursors the hub keeps: list, create, read, ack, seek, delete
          webhooks       Where events are sent: list, create, get, update, delete, test, rotate-secret
          dispatches     What became of each event: list, get, retry
          dead-letters   What was given up: list, redrive, dismiss

        Each has a page with examples: eventhub tail --help. Try it:
          eventhub serve
          eventhub tail
          eventhub publish user.created '{"id":1}'


        """;

    /// <summary>A verb's page.</summary>
    /// <param name="usage">Name and purpose.</param>
    /// <param name="examples">Shown before the options.</param>
    /// <param name="settings">Its options.</param>
    /// <param name="notes">Shown after them.</param>
    public static string Verb(string usage, string examples, IReadOnlyList<Setting> settings, string notes)
    {
        var text = new StringBuilder().Append(usage).Append("\n\n").Append(examples).Append('\n');
        foreach (var group in settings.GroupBy(setting => setting.Group))
        {
            text.Append('\n').Append(group.Key).Append(":\n");
            foreach (var setting in group) Describe(text, setting);
        }

        return text.Append('\n').Append(notes).Append('\n').ToString();
    }

    private static void Describe(StringBuilder text, Setting setting)
    {
        text.Append("  ").Append(setting.Option).Append(' ').Append(setting.IsFlag ? $"[{setting.ValueName}]" : setting.ValueName).Append('\n');
        Wrap(text, setting.Help);
        var classic = setting.ClassicEnvironment is { } name ? $" or {name}" : "";
        Wrap(text, $"Default: {setting.DefaultText}. Environment: {setting.Environment}{classic}. {(setting.NotInFile ? "Not in the file." : $"File: {setting.Key}.")}");
    }

    private static void Wrap(StringBuilder text, string paragraph)
    {
        const string indent = "      ";
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n');
                column = 0;
            }

            text.Append(column == 0 ? indent : " ").Append(word);
            column += (column == 0 ? indent.Length : 1) + word.Length;
        }

        text.Append('\n');
    }
}
