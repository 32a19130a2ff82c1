using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventHub.Tests;

/// <summary>Keeps the warnings and errors a hub logs.</summary>
internal sealed class RecordingLogger : ILogger<HubPipeline>
{
    private readonly ConcurrentQueue<(int Id, string Text)> _lines = new();

    /// <summary>In the order they came.</summary>
    public IReadOnlyCollection<(int Id, string Text)> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _lines.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
