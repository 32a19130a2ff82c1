using System.Globalization;
using System.Net;
using System.Text;
using EventHub.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Configuration;

/// <summary>Readers of the kinds of values settings have.</summary>
internal static class SettingParsers
{
    /// <summary>Any text that is not blank.</summary>
    public static bool Text(string text, out string value) => !string.IsNullOrWhiteSpace(value = text);

    /// <summary>A name: 1 to 255 characters, none of them a control character.</summary>
    public static bool Name(string text, out string value) =>
        !string.IsNullOrWhiteSpace(value = text) && text.Length <= 255 && !text.Any(char.IsControl);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool Flag(string text, out bool value)
    {
        value = text == "true";
        return text is "true" or "false";
    }

    /// <summary>A whole number within bounds.</summary>
    public static ValueSetting<int>.Parser Number(int min, int max) => (string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    /// <summary>A whole number within bounds.</summary>
    public static ValueSetting<long>.Parser LongNumber(long min, long max) => (string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    /// <summary>A power of two within bounds.</summary>
    public static ValueSetting<int>.Parser PowerOfTwo(int min, int max) => (string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max && int.IsPow2(value);

    /// <summary>A duration within bounds.</summary>
    public static ValueSetting<TimeSpan>.Parser Duration(TimeSpan min, TimeSpan max, bool orZero = false) => (string text, out TimeSpan value) =>
        DurationText.TryParse(text, out value) && ((orZero && value == TimeSpan.Zero) || (value >= min && value <= max));

    /// <summary>A whole number of units within bounds, for settings whose name says the unit.</summary>
    public static ValueSetting<TimeSpan>.Parser Count(TimeSpan unit, int min, int max) => (string text, out TimeSpan value) =>
    {
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;
        value = valid ? unit * number : TimeSpan.Zero;
        return valid;
    };

    /// <summary>Networks in CIDR form, separated by commas.</summary>
    public static bool Networks(string text, out IReadOnlyList<IPNetwork> value)
    {
        var networks = new List<IPNetwork>();
        value = networks;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            // "10.1.2.3/8" is read as 10.0.0.0/8, sixteen million addresses where perhaps one was meant.
            if (!IPNetwork.TryParse(part, out var network) || !network.BaseAddress.Equals(IPAddress.Parse(part.Split('/')[0]))) return false;
            networks.Add(network);
        }

        return true;
    }

    /// <summary>Origins in the one form in which browsers send them, separated by commas.</summary>
    public static bool Origins(string text, out IReadOnlyList<string> value)
    {
        var origins = text.Split(',', StringSplitOptions.TrimEntries);
        value = origins;
        return Array.TrueForAll(origins, static origin =>
            Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0
            && Ascii.IsValid(origin)
            && origin == uri.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Host names or addresses, separated by commas.</summary>
    public static bool Hosts(string text, out IReadOnlyList<string> value)
    {
        var hosts = text.Split(',', StringSplitOptions.TrimEntries);
        value = hosts;
        return Array.TrueForAll(hosts, static host => Uri.CheckHostName(host) != UriHostNameType.Unknown);
    }

    /// <summary>Roles, separated by commas.</summary>
    public static bool Roles(string text, out HubRoles value)
    {
        value = HubRoles.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var role = part switch { "api" => HubRoles.Api, "deliver" => HubRoles.Deliver, "maintain" => HubRoles.Maintain, _ => HubRoles.None };
            if (role == HubRoles.None || value.HasFlag(role)) return false;
            value |= role;
        }

        return true;
    }

    /// <summary>One of a few words, in lower case.</summary>
    public static bool Word<T>(string text, out T value)
        where T : struct, Enum
    {
        value = default;

        // TryParse alone would also take numbers, lists and capitals.
        return text.All(char.IsAsciiLetterLower) && Enum.TryParse(text, ignoreCase: true, out value);
    }

    /// <summary>The least severe level that is logged.</summary>
    public static bool Level(string text, out LogLevel value) => Word(text, out value);
}
