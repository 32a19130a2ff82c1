namespace EventHub.Routing;

/// <summary>How waits are spread, named as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).</summary>
public enum Jitter
{
    /// <summary>min(max, initial × factorⁿ).</summary>
    None,

    /// <summary>Anywhere from zero to what <see cref="None"/> gives.</summary>
    Full,

    /// <summary>min(max, anywhere from initial to factor × the last wait).</summary>
    Decorrelated,
}
