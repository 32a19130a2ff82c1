namespace EventHub.Soak.Processes;

/// <summary>How the executable is started.</summary>
internal sealed record HubStart
{
    /// <summary>After <c>serve --urls … --data …</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A command that runs the executable in its own place, such as <c>prlimit --nofile=256</c>; none when empty.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];
}
