using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>
/// Reads one JSON object field by field. Unknown fields, repeated fields, values of the wrong type, bytes that are not UTF-8 and
/// halves of surrogate pairs become errors that name the field; reading goes on, so that the caller learns everything at once.
/// What is not JSON at all ends the reading.
/// <code>
/// var reader = new StrictObjectReader(body, s_fields, errors);
/// while (reader.Next(out var field))
/// {
///     switch (field)
///     {
///         case "url": url = reader.String(); break;
///         case "active": active = reader.Boolean() ?? true; break;
///         case "retry":
///             if (reader.TryObject(s_retryFields, out var retry)) ReadRetry(ref retry);
///             break;
///     }
/// }
///
/// reader.Require("url");
/// </code>
/// </summary>
internal ref struct StrictObjectReader
{
    [ThreadStatic]
    private static TextCache? t_texts;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly KnownFields _fields;
    private readonly List<FieldError> _errors;
    private readonly string _prefix;
    private readonly int? _index;
    private readonly bool _suspect;
    private Utf8JsonReader _reader;
    private ulong _seen;
    private int _field;
    private string? _openName;
    private int _valueStart;
    private int _valueEnd;

    /// <summary>Begins to read.</summary>
    /// <param name="json">The object, contiguous, nothing after it.</param>
    /// <param name="fields">What it may hold.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="path">Where the object stands in the request, for example <c>delivery.retry</c>; empty for the body itself.</param>
    /// <param name="index">Its index in a batch.</param>
    public StrictObjectReader(ReadOnlyMemory<byte> json, KnownFields fields, List<FieldError> errors, string path = "", int? index = null)
    {
        _json = json;
        _fields = fields;
        _errors = errors;
        Path = path;
        _prefix = path.Length == 0 ? "" : path + ".";
        _index = index;
        _field = -1;
        // Both are rare: one vectorized pass each over the whole decides whether single values need to be looked at.
        _suspect = !Utf8.IsValid(json.Span) || json.Span.IndexOf("\\u"u8) >= 0;
        _reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = JsonLimits.MaxDepth + 2 });
        Begin();
    }

    /// <summary>Where the object stands; see the constructor.</summary>
    public string Path { get; }

    /// <summary>The object was JSON to its end. False also when it was refused (an error says why).</summary>
    public bool IsComplete { get; private set; }

    /// <summary>It was not an object, or not JSON: an error says why, nothing more can be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>What the value is.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>The value is <c>null</c>.</summary>
    public readonly bool IsNull => Kind == JsonTokenType.Null;

    /// <summary>The value's exact bytes, part of the memory being read.</summary>
    public readonly ReadOnlyMemory<byte> Raw => _json[_valueStart.._valueEnd];

    /// <summary>The path of the field that is being read.</summary>
    public readonly string FieldPath => _openName is not null ? _prefix + _openName : _field < 0 ? BodyName : _prefix + _fields[_field];

    private readonly string BodyName => Path.Length == 0 ? "body" : Path;

    /// <summary>Moves to the next known field whose value is fit to be looked at.</summary>
    /// <param name="field">Its name, out of the <see cref="KnownFields"/>.</param>
    /// <returns>False at the end, or when the rest cannot be read.</returns>
    public bool Next(out string field)
    {
        field = "";
        if (IsBroken || IsComplete) return false;
        try
        {
            while (MoveToName())
            {
                _field = _fields.IndexOf(in _reader);
                var isUsable = CheckName();
                if (!ReadValue()) return false;
                if (!isUsable || !CheckText()) continue;
                field = _openName ?? _fields[_field];
                return true;
            }

            _reader.Read(); // Throws when something follows the object.
            IsComplete = true;
        }
        catch (JsonException e)
        {
            Break($"is not valid JSON: {e.Message}");
        }

        return false;
    }

    /// <summary>Whether the field was there, with whatever value.</summary>
    public readonly bool Has(string field) => (_seen & (1UL << _fields.IndexOf(field))) != 0;

    /// <summary>Adds an error when the field was not there and the object could be read to its end.</summary>
    public readonly void Require(string field)
    {
        if (IsComplete && !Has(field)) Add(_prefix + field, "is required");
    }

    /// <summary>Adds an error about the field being read.</summary>
    /// <param name="message">Reads on from the field's name: "must be …".</param>
    public readonly void Refuse(string message) => Add(FieldPath, message);

    /// <summary>Adds an error about the field being read, with the value it has.</summary>
    public readonly void RefuseValue(string rule) => Refuse($"is {Quote(Raw.Span)}; {rule}");

    /// <summary>A string; <c>null</c> for JSON's null. Another type is an error, and <c>null</c>.</summary>
    public readonly string? String()
    {
        if (Kind == JsonTokenType.String) return _reader.GetString();
        if (!IsNull) RefuseValue("must be a string");
        return null;
    }

    /// <summary>As <see cref="String"/>, for text of which there are few different ones.</summary>
    public readonly string? CommonString() =>
        Kind == JsonTokenType.String && !_reader.ValueIsEscaped ? (t_texts ??= new TextCache()).Get(_reader.ValueSpan) : String();

    /// <summary>True or false; <c>null</c> for JSON's null. Another type is an error, and <c>null</c>.</summary>
    public readonly bool? Boolean()
    {
        if (Kind is JsonTokenType.True or JsonTokenType.False) return Kind == JsonTokenType.True;
        if (!IsNull) RefuseValue("must be true or false");
        return null;
    }

    /// <summary>A whole number in a range; <c>null</c> for JSON's null. Anything else is an error, and <c>null</c>.</summary>
    public readonly long? Integer(long min, long max)
    {
        if (Kind == JsonTokenType.Number && _reader.TryGetInt64(out var value) && value >= min && value <= max) return value;
        if (!IsNull) RefuseValue(string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
        return null;
    }

    /// <summary>A number in a range; <c>null</c> for JSON's null. Anything else is an error, and <c>null</c>.</summary>
    public readonly double? Number(double min, double max)
    {
        if (Kind == JsonTokenType.Number && _reader.TryGetDouble(out var value) && value >= min && value <= max) return value;
        if (!IsNull) RefuseValue(string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"));
        return null;
    }

    /// <summary>An array of strings; <c>null</c> for JSON's null. Another type is an error, and <c>null</c>.</summary>
    /// <param name="maxCount">At most this many.</param>
    public readonly IReadOnlyList<string>? Strings(int maxCount)
    {
        if (IsNull) return null;
        var values = new List<string>();
        var items = new Utf8JsonReader(Raw.Span);
        items.Read();
        var isArray = items.TokenType == JsonTokenType.StartArray;
        while (isArray && items.Read() && items.TokenType == JsonTokenType.String && values.Count < maxCount) values.Add(items.GetString()!);
        if (isArray && items.TokenType == JsonTokenType.EndArray) return values;
        RefuseValue($"must be an array of at most {maxCount} strings");
        return null;
    }

    /// <summary>An object to read in turn; false for JSON's null, and with an error for any other type.</summary>
    public readonly bool TryObject(KnownFields fields, out StrictObjectReader reader)
    {
        reader = default;
        if (Kind == JsonTokenType.StartObject)
        {
            reader = new StrictObjectReader(Raw, fields, _errors, FieldPath, _index);
            return true;
        }

        if (!IsNull) RefuseValue("must be an object");
        return false;
    }

    /// <summary>Adds an error about any field.</summary>
    /// <param name="path">The field's whole path.</param>
    /// <param name="message">Reads on from it.</param>
    public readonly void Add(string path, string message)
    {
        if (_errors.Count < JsonLimits.MaxErrors) _errors.Add(new FieldError(path, message, _index));
    }

    /// <summary>Some JSON or text for use in a message: cut, and printable.</summary>
    internal static string Quote(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, JsonLimits.MaxQuoted)]);
        if (utf8.Length > JsonLimits.MaxQuoted) text = text.TrimEnd('\uFFFD') + "…";
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }

    private void Begin()
    {
        if (_json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            Break("is empty; send a JSON object");
            return;
        }

        try
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject) Break($"is {Quote(_json.Span)}; must be a JSON object");
        }
        catch (JsonException e)
        {
            Break($"is not valid JSON: {e.Message}");
        }
    }

    private bool MoveToName()
    {
        (_field, _openName) = (-1, null);
        return _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;
    }

    private bool CheckName()
    {
        if (_field < 0)
        {
            var name = Quote(_reader.ValueSpan);
            if (_fields.IsOpen)
            {
                _openName = name;
                return true;
            }

            Add(_prefix + name, $"is not a known field; known are {string.Join(", ", _fields.Names)}");
            return false;
        }

        var bit = 1UL << _field;
        if ((_seen & bit) != 0)
        {
            Refuse("appears more than once");
            return false;
        }

        _seen |= bit;
        return true;
    }

    // Stands on the value's last token afterwards, which for a scalar is the value itself.
    private bool ReadValue()
    {
        _reader.Read();
        Kind = _reader.TokenType;
        _valueStart = (int)_reader.TokenStartIndex;
        if (Kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var outer = _reader.CurrentDepth;
            do
            {
                if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && _reader.CurrentDepth - outer >= JsonLimits.MaxDepth)
                {
                    Break($"is nested deeper than {JsonLimits.MaxDepth} levels");
                    return false;
                }

                _reader.Read();
            }
            while (_reader.CurrentDepth > outer);
        }

        _valueEnd = (int)_reader.BytesConsumed;
        return true;
    }

    private readonly bool CheckText()
    {
        if (!_suspect) return true;
        if (!Utf8.IsValid(Raw.Span)) Refuse("contains bytes that are not UTF-8");
        else if (SurrogateScan.HasLoneSurrogate(Raw.Span)) Refuse("contains half of a surrogate pair (\\uD800 to \\uDFFF must come in pairs)");
        else return true;
        return false;
    }

    private void Break(string message)
    {
        IsBroken = true;
        Refuse(message);
    }
}
