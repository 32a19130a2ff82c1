using System.Text;
using System.Text.RegularExpressions;
using EventHub.Events;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Reading;

/// <summary>Type patterns as a condition: exact types by equality, which the index answers, the others as regular expressions.</summary>
internal static class TypeCondition
{
    /// <summary>A condition on column <paramref name="column"/>, its parameters added to the command; <c>null</c> when every type passes.</summary>
    public static string? Create(IReadOnlyList<TypePattern>? patterns, string column, NpgsqlCommand command)
    {
        if (patterns is null || patterns.Any(static pattern => pattern.MatchesAll)) return null;
        var exact = patterns.Where(static pattern => pattern.IsExact).Select(static pattern => pattern.Text).Distinct().ToArray();
        var other = patterns.Where(static pattern => !pattern.IsExact).Select(Expression).Distinct().ToArray();
        var conditions = new List<string>(2);
        if (exact.Length > 0) conditions.Add($"{column} COLLATE \"C\" = ANY ({Next(command, exact, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        if (other.Length > 0) conditions.Add($"{column} COLLATE \"C\" ~ {Next(command, string.Join('|', other), NpgsqlDbType.Text)}");
        return conditions.Count == 0 ? "false" : $"({string.Join(" OR ", conditions)})";
    }

    private static string Next(NpgsqlCommand command, object value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return $"${command.Parameters.Count}";
    }

    private static string Expression(TypePattern pattern)
    {
        var expression = new StringBuilder("^");
        for (var i = 0; i < pattern.Segments.Count; i++)
        {
            if (i > 0) expression.Append("\\.");
            var segment = pattern.Segments[i];
            if (segment == "**") expression.Append(".+");
            else if (segment == "*") expression.Append("[^.]+");
            else expression.Append(Regex.Escape(segment).Replace("]", "\\]", StringComparison.Ordinal).Replace("}", "\\}", StringComparison.Ordinal));
        }

        return expression.Append('$').ToString();
    }
}
