namespace EventHub.AspNetCore.Http.Json;

/// <summary>The names of an enum's values in JSON, both ways.</summary>
internal sealed class NamedValues<T>(params (string Name, T Value)[] values)
    where T : struct, Enum
{
    /// <summary>A value's name.</summary>
    public string Name(T value) => values.First(v => v.Value.Equals(value)).Name;

    /// <summary>The value the field names; <c>null</c> for JSON's null, and with an error for anything else.</summary>
    public T? Read(in StrictObjectReader reader)
    {
        if (reader.Kind == System.Text.Json.JsonTokenType.String)
        {
            var name = reader.String();
            foreach (var known in values)
            {
                if (known.Name == name) return known.Value;
            }
        }

        if (!reader.IsNull) reader.RefuseValue($"must be one of {string.Join(", ", values.Select(v => v.Name))}");
        return null;
    }
}
