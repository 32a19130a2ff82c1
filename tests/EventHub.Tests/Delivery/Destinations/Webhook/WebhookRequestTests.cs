using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookRequestTests
{
    private static readonly DateTimeOffset s_now = new(2026, 2, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_envelope_holds_the_event_and_the_time_of_the_attempt()
    {
        var request = await CaptureAsync(url => Webhooks.Request(url));
        Assert.Equal("application/json", request.Headers["content-type"]);
        Assert.Equal(
            """{"event":{"id":"0199b3a0-0000-7000-8000-00000000002a","sequence":42,"type":"user.created","version":"v1","source":"auth-service","subject":"user-123","""
            + """ "payload":{"b":1.0,"a":[9007199254740993,"😀"]},"metadata":{},"organization_id":"org-456","user_id":"user-123","session_id":null,"instance_id":null,"""[1..]
            + """ "schema":null,"entity":null,"operation":null,"timestamp":"2026-01-02T03:04:05.678Z","created_at":"2026-01-02T03:04:05.678Z"},"""[1..]
            + """ "deliveredAt":"2026-02-03T04:05:06.007Z"}"""[1..],
            request.Text);
    }

    [Theory]
    [InlineData("{ \"z\" : 1.0 ,\n\"a\":1e400, \"a\":\"\\u00e9\\/\" }")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("9007199254740993")]
    public async Task The_payload_format_sends_the_payload_as_it_came(string payload)
    {
        var request = await CaptureAsync(url => Webhooks.Request(Webhooks.To(url, WebhookFormat.Payload), Webhooks.Event(payload)));
        Assert.Equal(payload, request.Text);
        Assert.Equal("application/json", request.Headers["content-type"]);
    }

    [Fact]
    public async Task Every_request_says_what_it_is()
    {
        var request = await CaptureAsync(url => Webhooks.Request(Webhooks.To(url), attempt: 3));
        Assert.Equal("dsp_0199b3a0000070008000" + "00000000002a_7_0", request.Headers["x-message-id"]);
        Assert.Equal(Webhooks.EventId.ToString(), request.Headers["x-event-id"]);
        Assert.Equal("user.created", request.Headers["x-event-type"]);
        Assert.Equal("v1", request.Headers["x-event-version"]);
        Assert.Equal("3", request.Headers["x-delivery-attempt"]);
        Assert.Matches("^EventHub/[0-9]+\\.[0-9]+\\.[0-9]+$", request.Headers["user-agent"]);
        Assert.Equal(request.Body.Length.ToString(), request.Headers["content-length"]);
        Assert.Equal("HTTP/1.1", request.Protocol);
        Assert.DoesNotContain(request.Headers.Keys, name => name is "x-signature" or "webhook-id" or "webhook-timestamp" or "webhook-signature" or "transfer-encoding");
    }

    [Fact]
    public async Task Names_that_are_not_ascii_are_percent_encoded()
    {
        var source = new Event { Id = Webhooks.EventId, Type = "größe.50%", Version = "v 1\r\nX: y", Payload = "1"u8.ToArray(), CreatedAt = Webhooks.CreatedAt };
        var request = await CaptureAsync(url => Webhooks.Request(url, source));
        Assert.Equal("gr%C3%B6%C3%9Fe.50%25", request.Headers["x-event-type"]);
        Assert.Equal("v%201%0D%0AX:%20y", request.Headers["x-event-version"]);
        Assert.False(request.Headers.ContainsKey("x"));
    }

    [Fact]
    public async Task The_webhooks_own_headers_are_added()
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t", ["X-Team"] = "a, b", ["Content-Language"] = "de" };
        var request = await CaptureAsync(url => Webhooks.Request(Webhooks.To(url) with { Headers = headers }));
        Assert.Equal("Bearer t", request.Headers["authorization"]);
        Assert.Equal("a, b", request.Headers["x-team"]);
        Assert.Equal("de", request.Headers["content-language"]);
    }

    [Fact]
    public async Task A_header_or_url_against_the_rules_makes_no_request()
    {
        await using var receiver = await Receiver.StartAsync();
        var headers = new Dictionary<string, string> { ["Host"] = "elsewhere" };
        var outcome = await Webhooks.SendAsync(Webhooks.Request(Webhooks.To(receiver.Url) with { Headers = headers }));
        Assert.Equal(AttemptKind.Misconfigured, outcome.Kind);
        Assert.Contains("'Host'", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(AttemptKind.Misconfigured, (await Webhooks.SendAsync("ftp://127.0.0.1/")).Kind);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task The_trace_of_the_publish_goes_on_and_no_other()
    {
        using var ambient = new Activity("ambient").SetIdFormat(ActivityIdFormat.W3C).Start();
        ambient.TraceStateString = "other=1";
        ambient.AddBaggage("k", "v");
        var source = WithTrace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var request = await CaptureAsync(url => Webhooks.Request(url, source));
        Assert.Matches("^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$", request.Headers["traceparent"]);
        Assert.DoesNotContain("00f067aa0ba902b7", request.Headers["traceparent"], StringComparison.Ordinal);
        Assert.DoesNotContain(request.Headers.Keys, name => name is "tracestate" or "baggage" or "request-id" or "correlation-context");
    }

    [Fact]
    public async Task Each_attempt_has_its_own_span()
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client();
        for (var i = 0; i < 20; i++) await client.SendAsync(Webhooks.Request(receiver.Url), Token);
        Assert.Equal(20, receiver.Requests.Select(request => request.Headers["traceparent"]).Distinct().Count());
    }

    [Fact]
    public async Task Over_tls_the_server_may_choose_http_2()
    {
        using var certificate = SelfSigned();
        await using var receiver = await Receiver.StartAsync(certificate: certificate);
        var dialer = new WebhookDialer(new AddressGuard(Webhooks.Loopback), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), TimeSpan.FromSeconds(5), TimeProvider.System);
        var handler = WebhookHandlerFactory.Create(dialer, TimeSpan.FromSeconds(10));
#pragma warning disable CA5359 // The certificate is this test's own.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpMessageInvoker(handler);
        var builder = new WebhookRequestBuilder(new WebhookSigner(new SigningKeyCache(null)), new Random(1), TimeProvider.System);
        var request = Webhooks.Request(receiver.Url);
        using var message = builder.Build(request, WebhookTarget.Of((WebhookDestination)request.Subscription.Destination));
        using var answer = await http.SendAsync(message, Token);
        Assert.Equal("HTTP/2", receiver.Single.Protocol);

        using var abandoned = builder.Build(request with { MayStillSend = static () => false }, WebhookTarget.Of((WebhookDestination)request.Subscription.Destination));
        await Assert.ThrowsAnyAsync<Exception>(() => http.SendAsync(abandoned, Token));
        Assert.True(((WebhookContent)abandoned.Content!).IsAbandoned);
        _ = receiver.Single;
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_a_network_error()
    {
        using var certificate = SelfSigned();
        await using var receiver = await Receiver.StartAsync(certificate: certificate);
        var outcome = await Webhooks.SendAsync(receiver.Url);
        Assert.Equal(AttemptKind.NetworkError, outcome.Kind);
        Assert.Contains("TLS with 127.0.0.1", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static Event WithTrace(string traceParent) => new()
    {
        Id = Webhooks.EventId, Type = "user.created", Payload = "1"u8.ToArray(), CreatedAt = Webhooks.CreatedAt, TraceParent = traceParent,
    };

    private static async Task<ReceivedRequest> CaptureAsync(Func<string, DeliveryRequest> make)
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(time: new FixedClock(s_now));
        Assert.Equal(AttemptKind.Complete, (await client.SendAsync(make(receiver.Url), Token)).Kind);
        return receiver.Single;
    }
}
