namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The real executable, for all tests of a class that leave it as they find it.</summary>
public abstract class SharedServer(params string[] arguments) : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal ServerProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync(_directory.Path, arguments);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _directory.Dispose();
    }
}
