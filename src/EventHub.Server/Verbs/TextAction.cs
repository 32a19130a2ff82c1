using System.CommandLine;
using System.CommandLine.Invocation;

namespace EventHub.Server.Verbs;

/// <summary>Writes a text instead of running the verb: what <c>--help</c> and <c>--version</c> do.</summary>
internal sealed class TextAction(Func<string> text) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(text());
        return ExitCode.Success;
    }
}
