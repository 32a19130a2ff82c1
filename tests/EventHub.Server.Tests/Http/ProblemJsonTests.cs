using System.Text;
using EventHub.AspNetCore.Http;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class ProblemJsonTests
{
    [Fact]
    public async Task Errors_stand_by_field_and_as_one_string()
    {
        FieldError[] errors = [new("type", "is required"), new("type", "is odd"), new("x", "is unknown", 3), new("y", "is late")];
        var (context, json) = await Write(c => ProblemJson.Write(c, 400, "Invalid request", errors, "CODE"));
        Assert.Equal(
            """{"type":"about:blank","title":"Invalid request","status":400,"detail":"type is required; type is odd; [3].x is unknown; and 1 more","code":"CODE","error":"type is required; type is odd; [3].x is unknown; and 1 more","errors":{"type":["is required","is odd"],"[3].x":["is unknown"],"y":["is late"]}}""",
            json);
        Assert.Equal((400, "application/problem+json", (long?)json.Length), (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength));
    }

    [Fact]
    public async Task Without_errors_the_title_is_the_error()
    {
        var (_, json) = await Write(c => ProblemJson.Write(c, 404, "Webhook not found"));
        Assert.Equal("""{"type":"about:blank","title":"Webhook not found","status":404,"error":"Webhook not found"}""", json);
    }

    [Theory]
    [InlineData(503, null, "1")]
    [InlineData(429, null, "1")]
    [InlineData(503, "7", "7")]
    [InlineData(400, null, "")]
    public async Task An_overloaded_hub_says_when_to_come_back(int status, string? set, string expected)
    {
        var (context, _) = await Write(c =>
        {
            if (set is not null) c.Response.Headers.RetryAfter = set;
            return ProblemJson.Write(c, status, "t");
        });
        Assert.Equal(expected, context.Response.Headers.RetryAfter.ToString());
    }

    private static async Task<(HttpContext Context, string Json)> Write(Func<HttpContext, Task> write)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await write(context);
        return (context, Encoding.UTF8.GetString(body.ToArray()));
    }
}
