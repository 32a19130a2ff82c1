using EventHub.Maintenance;

namespace EventHub.Tests.Maintenance;

public sealed class LeaseSurplusTests
{
    [Fact]
    public void Only_a_surplus_that_lasts_is_given_back()
    {
        var surplus = new LeaseSurplus(6000);
        Assert.False(surplus.IsLasting(true, 1000));
        Assert.False(surplus.IsLasting(true, 6999));
        Assert.True(surplus.IsLasting(true, 7000));
        Assert.True(surplus.IsLasting(true, 9000));
    }

    [Fact]
    public void One_that_went_meanwhile_begins_anew()
    {
        var surplus = new LeaseSurplus(6000);
        Assert.False(surplus.IsLasting(true, 1000));
        Assert.False(surplus.IsLasting(false, 5000));
        Assert.False(surplus.IsLasting(true, 7000));
        Assert.True(surplus.IsLasting(true, 13_000));
    }
}
