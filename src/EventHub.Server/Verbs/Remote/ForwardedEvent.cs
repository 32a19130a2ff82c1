using System.Globalization;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>What a program on this machine answered to an event.</summary>
/// <param name="Status">Its status; <c>null</c> when there was no answer.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record ForwardedEvent(int? Status, TimeSpan Duration, string? Error)
{
    private bool IsWell => Status is >= 200 and < 300;

    /// <summary>Shows it.</summary>
    public void Show(RemoteOutput output, HubEvent item)
    {
        var milliseconds = Duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        if (output.IsJson)
        {
            var json = new System.Text.Json.Nodes.JsonObject
            {
                ["event_id"] = item.Id, ["sequence"] = item.Sequence, ["type"] = item.Type, ["status"] = Status, ["duration_ms"] = Math.Round(Duration.TotalMilliseconds, 1), ["error"] = Error,
            };
            output.Line(json.ToJsonString());
            return;
        }

        var result = Status?.ToString(CultureInfo.InvariantCulture) ?? "---";
        if (output.HasColours) result = $"\e[{(IsWell ? 32 : 31)}m{result}\e[0m";
        output.Line($"{result} {milliseconds,8} ms  {item.Sequence,6} {Configuration.ConfigurationProblem.OneLine(item.Type)} {Error}".TrimEnd());
    }
}
