using System.Text;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Reads what is published: from the command line, a file, or the standard input.</summary>
internal static class PublishInput
{
    /// <summary>The text itself, or what <c>-</c> or <c>@file</c> stands for.</summary>
    public static async Task<string> TextAsync(string argument, CancellationToken cancellationToken)
    {
        if (argument != "-" && !argument.StartsWith('@')) return argument;
        using var reader = Open(argument);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Opens what <c>-</c> or <c>@file</c> stands for.</summary>
    /// <exception cref="UsageException">It is neither, or the file cannot be read.</exception>
    public static StreamReader Open(string argument)
    {
        if (argument == "-") return new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        if (!argument.StartsWith('@')) throw new UsageException($"'{argument}': lines come from the standard input (-) or a file (@events.ndjson)");
        try
        {
            return new StreamReader(argument[1..], Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{argument}: {e.Message}");
        }
    }

    /// <summary>Takes JSON text.</summary>
    /// <exception cref="UsageException">It is not JSON.</exception>
    public static JsonPayload Json(string what, string text)
    {
        try
        {
            return JsonPayload.FromText(text.Trim());
        }
        catch (ArgumentException)
        {
            throw new UsageException($"{what}: '{(text.Length > 60 ? text[..60] + "…" : text)}' is not JSON; a string needs quotes of its own: '\"text\"'");
        }
    }
}
