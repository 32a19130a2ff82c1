using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests;

/// <summary>What tests of the hub do with a fake clock.</summary>
internal static class FakeClock
{
    /// <summary>Waits until something is due in exactly this time, and lets it pass: what happens then happens at that moment, however busy the machine is.</summary>
    public static async Task AdvanceOnceDueInAsync(this FakeTimeProvider clock, TimeSpan time)
    {
        await Eventually.IsTrueAsync(() => clock.IsDueIn(time));
        clock.Advance(time);
    }
}
