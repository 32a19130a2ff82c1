using EventHub.Consumers;
using EventHub.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.Hosting;

/// <summary>Adds consumers whose events are handled in the hub's own process.</summary>
public static class ConsumerExtensions
{
    private const int MostAtATime = 1000;

    /// <summary>
    /// Handles events in order, one at a time; each is acknowledged before the next one comes. The hub keeps the cursor: after a restart or a crash it goes
    /// on where it stood, with the event again that was not finished. What the handler throws is logged, and the event comes again after a wait.
    /// </summary>
    /// <param name="builder">The hub's builder.</param>
    /// <param name="name">The consumer's name, unique; the same as under <c>/consumers</c>.</param>
    /// <param name="pattern">Which events, for example <c>user.*</c>.</param>
    /// <param name="handler">Handles one event.</param>
    /// <param name="start">Where a new one begins: <c>now</c>, <c>beginning</c>, a sequence or a time.</param>
    /// <exception cref="ArgumentException">The name is taken in this process.</exception>
    public static EventHubBuilder AddConsumer(
        this EventHubBuilder builder, string name, string pattern, Func<Event, CancellationToken, ValueTask> handler, string start = "now")
    {
        ArgumentNullException.ThrowIfNull(handler);
        return builder.AddConsumer(new ConsumerRegistration(name, [pattern], (events, cancellationToken) => handler(events[0], cancellationToken)) { Start = start, MaxBatch = 1 });
    }

    /// <summary>Handles events in order, some at a time, which are acknowledged together; otherwise as for one at a time.</summary>
    /// <exception cref="ArgumentException">The name is taken in this process, or the batch is not 1 to 1000.</exception>
    public static EventHubBuilder AddConsumer(this EventHubBuilder builder, ConsumerRegistration registration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(registration);
        if (registration.MaxBatch is < 1 or > MostAtATime)
            throw new ArgumentException($"{nameof(registration.MaxBatch)} is {registration.MaxBatch}; it must be from 1 to {MostAtATime}.", nameof(registration));
        if (builder.Services.Any(s => s.ImplementationInstance is ConsumerRegistration other && other.Name == registration.Name))
            throw new ArgumentException($"Two consumers are named '{registration.Name}'; names are unique.", nameof(registration));
        builder.Services.AddSingleton(registration);
        builder.Services.AddSingleton<IHostedService>(provider => new ConsumerHost(
            registration, provider.GetRequiredService<HubPipeline>(), provider.GetRequiredService<HubOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConsumerHost>>()));
        return builder;
    }
}
