using System.Numerics;
using EventHub.Publishing;

namespace EventHub.Hosting;

/// <summary>The rules of <see cref="HubOptions"/>.</summary>
public static class HubOptionsValidator
{
    /// <summary>Everything that is wrong, by property name; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Validate(HubOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(options.InstanceId) || options.InstanceId.Length > 255) Add(nameof(options.InstanceId), "must be 1 to 255 characters");
        if (options.Roles == HubRoles.None || (options.Roles & ~HubRoles.All) != 0) Add(nameof(options.Roles), "must be at least one of api, deliver, maintain");
        Time(nameof(options.Retention), options.Retention, TimeSpan.Zero, TimeSpan.FromDays(36500));
        Time(nameof(options.RetentionInterval), options.RetentionInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Time(nameof(options.IdempotencyWindow), options.IdempotencyWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        Time(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Number(nameof(options.BatchSize), options.BatchSize, 1, 10_000);
        Time(nameof(options.WebhookTimeout), options.WebhookTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Time(nameof(options.StaleTimeout), options.StaleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Time(nameof(options.ShutdownTimeout), options.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Number(nameof(options.MaxEventBytes), options.MaxEventBytes, 1024, 64 * 1024 * 1024);
        Number(nameof(options.MaxPendingEvents), options.MaxPendingEvents, 1, 1_000_000);
        Number(nameof(options.MaxPendingBytes), options.MaxPendingBytes, 1024, long.MaxValue);
        Number(nameof(options.TailCapacity), options.TailCapacity, 16, 1_048_576);
        if (!BitOperations.IsPow2(options.TailCapacity)) Add(nameof(options.TailCapacity), $"is {options.TailCapacity}; it must be a power of two");
        Number(nameof(options.TailBytes), options.TailBytes, 1024, long.MaxValue);
        Number(nameof(options.MaxExceptions), options.MaxExceptions, 1, 1_000_000);
        Number(nameof(options.BreakerThreshold), options.BreakerThreshold, 1, 1_000_000);
        Time(nameof(options.BreakerProbeDelay), options.BreakerProbeDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
        return errors;

        void Add(string name, string message) => errors.Add(new FieldError(name, message));

        void Number(string name, long value, long min, long max)
        {
            if (value < min || value > max) Add(name, $"is {value}; it must be from {min} to {max}");
        }

        void Time(string name, TimeSpan value, TimeSpan min, TimeSpan max)
        {
            if (value < min || value > max) Add(name, $"is {value}; it must be from {min} to {max}");
        }
    }
}
