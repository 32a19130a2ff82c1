using EventHub.AspNetCore.Http.Reading;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.Http.Reading;

public sealed class EventQueryReaderTests
{
    private static readonly string s_newestFirst = new EventCursor(7, true).ToString();
    private static readonly string s_oldestFirst = new EventCursor(7, false).ToString();

    [Fact]
    public void Reads_every_filter()
    {
        var query = EventQueryReader.Read(
            Request($"?type=user.*,order.**&type=a.b&source=s&organization_id=o&user_id=u&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00%2B01:00&order=asc&limit=7&cursor={s_oldestFirst}"),
            out var parameters);
        Assert.Empty(parameters.Errors);
        Assert.Equal(["user.*", "order.**", "a.b"], query.Types!.Select(t => t.Text));
        Assert.Equal("s|o|u|7|False|7", $"{query.Source}|{query.OrganizationId}|{query.UserId}|{query.Limit}|{query.Descending}|{query.Cursor}");
        Assert.Equal(("2026-01-01T00:00:00", "2026-01-01T23:00:00"), ($"{query.Since:s}", $"{query.Until:s}"));
    }

    [Fact]
    public void Defaults_to_the_newest_hundred()
    {
        var query = EventQueryReader.Read(Request("?type=&source=&cursor="), out var parameters);
        Assert.Empty(parameters.Errors);
        Assert.Equal((null, null, 100, true, null), (query.Types, query.Source, query.Limit, query.Descending, query.Cursor));
    }

    [Fact]
    public void A_cursor_carries_its_direction()
    {
        Assert.False(EventQueryReader.Read(Request($"?cursor={s_oldestFirst}"), out _).Descending);
        Assert.True(EventQueryReader.Read(Request($"?cursor={s_newestFirst}"), out _).Descending);
    }

    [Theory]
    [InlineData("?type=user*", "type")]
    [InlineData("?type=a,b..c,**.d", "type", "type")]
    [InlineData("?since=yesterday", "since")]
    [InlineData("?until=2026-01-01", "until")]
    [InlineData("?since=2026-01-01T00:00:00+01:00", "since")]
    [InlineData("?order=up", "order")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=1.0", "limit")]
    [InlineData("?limit=5&limit=6", "limit")]
    [InlineData("?cursor=rubbish", "cursor")]
    [InlineData("?organisation_id=o&Type=a", "organisation_id", "Type")]
    [InlineData("?limit=x&order=y&cursor=z", "cursor", "order", "limit")]
    public void Names_every_parameter_that_is_wrong(string query, params string[] names)
    {
        EventQueryReader.Read(Request(query), out var parameters);
        Assert.Equal(names, parameters.Errors.Select(e => e.Field));
    }

    [Fact]
    public void A_cursor_of_the_other_order_is_refused()
    {
        EventQueryReader.Read(Request($"?order=asc&cursor={s_newestFirst}"), out var parameters);
        Assert.Equal("cursor", Assert.Single(parameters.Errors).Field);
    }

    [Fact]
    public void Values_are_bounded()
    {
        EventQueryReader.Read(Request($"?source={new string('s', 513)}&type={string.Join(',', Enumerable.Repeat("a", 65))}"), out var parameters);
        Assert.Equal(["source", "type"], parameters.Errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    private static HttpRequest Request(string query) => new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request;
}
