using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Checks what was read by the rules of subscriptions, leaving out what only follows from an error the caller is told already.</summary>
internal static class DraftRules
{
    public static void Check(SubscriptionDraft draft, Func<SubscriptionDraft, string, string> callersPath, List<FieldError> errors)
    {
        if (draft.IsBroken) return;
        draft.FillName();
        var told = errors.ToArray();
        foreach (var error in SubscriptionValidator.Validate(draft.Subscription))
        {
            if (draft.IsDestinationUnknown && error.Field.StartsWith("destination", StringComparison.Ordinal)) continue;
            var path = callersPath(draft, error.Field);
            if (!told.Any(t => Holds(t.Field, path) || Holds(path, t.Field))) errors.Add(error with { Field = path });
        }
    }

    private static bool Holds(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
