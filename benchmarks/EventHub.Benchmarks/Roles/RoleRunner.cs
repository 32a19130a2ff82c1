namespace EventHub.Benchmarks.Roles;

/// <summary>What the program is when a benchmark starts it again beside itself.</summary>
internal static class RoleRunner
{
    public static async Task<int> RunAsync(string role, string[] arguments)
    {
        switch (role)
        {
            case "blank": await BlankEndpoint.RunAsync(); return 0;
            case "bare-stream": await BareStream.RunAsync(); return 0;
            case "receiver": await Receiver.RunAsync(); return 0;
            case "client-loop": await ClientLoop.RunAsync(); return 0;
            case "load" when arguments is [var url, var seconds, var events, .. var rate]: await LoadRole.RunAsync(url, double.Parse(seconds), int.Parse(events), rate.Length > 0 ? double.Parse(rate[0]) : null); return 0;
            default:
                Console.Error.WriteLine($"bench: no role '{role}' ({arguments.Length} arguments)");
                return 2;
        }
    }
}
