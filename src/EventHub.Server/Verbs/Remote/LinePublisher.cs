using EventHub.Client;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Publishes lines in order, with so many under way that requests are full; what became of each is told in order too.</summary>
internal sealed class LinePublisher(RemoteCall call, NewEvent fields)
{
    private const int MaxUnderWay = 4000;
    private const long MaxCharacters = 8 * 1024 * 1024;
    private readonly Queue<(long Line, string Type, int Length, Task<PublishResult> Publish)> _underWay = [];
    private long _characters;
    private long _published;
    private long _failed;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TextReader lines)
    {
        var number = 0L;
        while (await lines.ReadLineAsync(call.Cancelled) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                var item = fields.Type.Length > 0 ? fields with { Payload = PublishInput.Json("payload", line) } : EventText.Read(line, fields);
                _underWay.Enqueue((number, item.Type, line.Length, call.Hub.PublishAsync(item, call.Cancelled)));
                _characters += line.Length;
            }
            catch (UsageException e)
            {
                await TellAsync(0);
                Refuse(number, e.Message);
            }

            await TellAsync(MaxUnderWay);
        }

        await TellAsync(0);
        if (!call.Output.IsJson) call.Output.Line($"{_published} published{(_failed > 0 ? $", {_failed} refused" : "")}");
        return _failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Waits until no more than so many are under way, and they are not too large. A hub that cannot be reached ends it all.</summary>
    private async Task TellAsync(int left)
    {
        while (_underWay.Count > left || _characters > MaxCharacters)
        {
            var (line, type, length, publish) = _underWay.Dequeue();
            _characters -= length;
            try
            {
                var result = await publish;
                _published++;
                if (call.Output.IsJson) PublishVerb.Show(call, type, result);
            }
            catch (EventHubException e) when (e.Status is { } status && (int)status < 500)
            {
                Refuse(line, e.Message);
            }
        }
    }

    private void Refuse(long line, string why)
    {
        _failed++;
        call.Error.WriteLine($"eventhub: line {line}: {ConfigurationProblem.OneLine(why)}");
    }
}
