using BenchmarkDotNet.Attributes;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.MicroBenchmarks;

/// <summary>What is made for a webhook request before it is sent.</summary>
public class WebhookBenchmarks
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;
    private readonly Event _event = Samples.Event();
    private readonly ProtectedSecret[] _secrets = [new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null)];
    private readonly WebhookSigner _signer = new(new SigningKeyCache(new PlainProtector()));
    private ReadOnlyMemory<byte> _body;
    private WebhookRequestBuilder _builder = null!;
    private WebhookTarget _target = null!;
    private DeliveryRequest _request = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var destination = new WebhookDestination { Url = "http://127.0.0.1:3000/hook", Secrets = _secrets };
        _body = WebhookBody.Build(_event, WebhookFormat.Envelope, null, s_now).Bytes;
        _builder = new WebhookRequestBuilder(_signer, new Random(1), TimeProvider.System);
        _target = WebhookTarget.Of(destination);
        _request = new DeliveryRequest(_event, new Subscription { Id = "s", Name = "s", Events = ["*"], Destination = destination }, "0199f0a0-0000-7000-8000-000000000000", 1);
    }

    [Benchmark(Description = "envelope, an event's first")]
    public int FirstEnvelope() => WebhookBody.Build(_event.At(1), WebhookFormat.Envelope, null, s_now).Bytes.Length;

    [Benchmark(Description = "envelope, each further one")]
    public int Envelope() => WebhookBody.Build(_event, WebhookFormat.Envelope, null, s_now).Bytes.Length;

    [Benchmark(Description = "both signatures, in headers")]
    public HttpRequestMessage Sign()
    {
        var message = new HttpRequestMessage();
        _signer.Sign(message.Headers, _secrets, _request.DispatchId, _body.Span, s_now);
        return message;
    }

    [Benchmark(Description = "the whole request, not sent")]
    public HttpRequestMessage Request() => _builder.Build(_request, _target);

    private sealed class PlainProtector : ISecretProtector
    {
        public string Protect(string secret) => secret;

        public string Unprotect(string ciphertext) => ciphertext;
    }
}
