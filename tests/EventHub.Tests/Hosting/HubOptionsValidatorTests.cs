using EventHub.Hosting;

namespace EventHub.Tests.Hosting;

public sealed class HubOptionsValidatorTests
{
    public static TheoryData<string, Func<HubOptions, HubOptions>> Broken => new()
    {
        { nameof(HubOptions.InstanceId), o => o with { InstanceId = " " } },
        { nameof(HubOptions.InstanceId), o => o with { InstanceId = new string('x', 256) } },
        { nameof(HubOptions.Roles), o => o with { Roles = HubRoles.None } },
        { nameof(HubOptions.Roles), o => o with { Roles = (HubRoles)8 } },
        { nameof(HubOptions.Roles), o => o with { Roles = (HubRoles)(-1) } },
        { nameof(HubOptions.Retention), o => o with { Retention = TimeSpan.FromTicks(-1) } },
        { nameof(HubOptions.RetentionInterval), o => o with { RetentionInterval = TimeSpan.FromMilliseconds(999) } },
        { nameof(HubOptions.RetentionInterval), o => o with { RetentionInterval = TimeSpan.FromDays(1.1) } },
        { nameof(HubOptions.IdempotencyWindow), o => o with { IdempotencyWindow = TimeSpan.Zero } },
        { nameof(HubOptions.IdempotencyWindow), o => o with { IdempotencyWindow = TimeSpan.FromDays(31) } },
        { nameof(HubOptions.PollInterval), o => o with { PollInterval = TimeSpan.Zero } },
        { nameof(HubOptions.PollInterval), o => o with { PollInterval = TimeSpan.FromMinutes(2) } },
        { nameof(HubOptions.BatchSize), o => o with { BatchSize = 0 } },
        { nameof(HubOptions.BatchSize), o => o with { BatchSize = 10_001 } },
        { nameof(HubOptions.WebhookTimeout), o => o with { WebhookTimeout = TimeSpan.Zero } },
        { nameof(HubOptions.WebhookTimeout), o => o with { WebhookTimeout = TimeSpan.FromMinutes(11) } },
        { nameof(HubOptions.StaleTimeout), o => o with { StaleTimeout = TimeSpan.Zero } },
        { nameof(HubOptions.StaleTimeout), o => o with { StaleTimeout = TimeSpan.FromHours(2) } },
        { nameof(HubOptions.ShutdownTimeout), o => o with { ShutdownTimeout = TimeSpan.FromSeconds(-1) } },
        { nameof(HubOptions.ShutdownTimeout), o => o with { ShutdownTimeout = TimeSpan.FromMinutes(11) } },
        { nameof(HubOptions.MaxEventBytes), o => o with { MaxEventBytes = 1023 } },
        { nameof(HubOptions.MaxEventBytes), o => o with { MaxEventBytes = 64 * 1024 * 1024 + 1 } },
        { nameof(HubOptions.MaxPendingEvents), o => o with { MaxPendingEvents = 0 } },
        { nameof(HubOptions.MaxPendingBytes), o => o with { MaxPendingBytes = 0 } },
        { nameof(HubOptions.TailCapacity), o => o with { TailCapacity = 8 } },
        { nameof(HubOptions.TailCapacity), o => o with { TailCapacity = 1000 } },
        { nameof(HubOptions.TailBytes), o => o with { TailBytes = 0 } },
        { nameof(HubOptions.MaxExceptions), o => o with { MaxExceptions = 0 } },
        { nameof(HubOptions.BreakerThreshold), o => o with { BreakerThreshold = 0 } },
        { nameof(HubOptions.BreakerProbeDelay), o => o with { BreakerProbeDelay = TimeSpan.FromSeconds(61) } },
        { nameof(HubOptions.BreakerProbeDelay), o => o with { BreakerProbeDelay = TimeSpan.Zero } },
    };

    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(HubOptionsValidator.Validate(new HubOptions { InstanceId = "host" }));

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_broken_rule_names_its_option(string name, Func<HubOptions, HubOptions> change)
    {
        var error = Assert.Single(HubOptionsValidator.Validate(change(new HubOptions())));
        Assert.Equal(name, error.Field);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Every_number_and_time_of_the_options_has_a_rule()
    {
        var ruled = Broken.Select(row => row.Data.Item1).ToHashSet();
        var properties = typeof(HubOptions).GetProperties().Where(p => p.CanWrite && p.PropertyType != typeof(bool)).Select(p => p.Name);
        Assert.Empty(properties.Except(ruled));
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once() =>
        Assert.Equal(["BatchSize", "PollInterval"], HubOptionsValidator.Validate(new HubOptions { BatchSize = 0, PollInterval = TimeSpan.Zero }).Select(e => e.Field).Order());
}
