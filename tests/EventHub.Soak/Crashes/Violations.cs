namespace EventHub.Soak.Crashes;

/// <summary>What was found to be wrong.</summary>
internal sealed class Violations
{
    private const int Shown = 30;
    private readonly List<string> _all = [];

    public void Add(string violation) => _all.Add(violation);

    public void AddRange(IEnumerable<string> violations) => _all.AddRange(violations);

    public void AddIf(bool isWrong, FormattableString violation)
    {
        if (isWrong) _all.Add(FormattableString.Invariant(violation));
    }

    public void AssertNone(string context)
    {
        if (_all.Count > 0) Assert.Fail($"{_all.Count} violations; {context}\n{string.Join('\n', _all.Take(Shown))}");
    }
}
