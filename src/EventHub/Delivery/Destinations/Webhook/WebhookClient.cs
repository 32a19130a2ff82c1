using System.Net;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Makes attempts at webhooks. One for the whole hub: all share its connections.</summary>
public sealed class WebhookClient : IDestinationClient, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly WebhookRequestBuilder _requests;
    private readonly TimeProvider _time;

    /// <summary>Makes the client.</summary>
    /// <param name="network">Which addresses it may reach.</param>
    /// <param name="secrets">Decrypts signing secrets; without one, signed webhooks are misconfigured.</param>
    /// <param name="random">Makes trace ids; safe to use from several threads.</param>
    /// <param name="time">The clock.</param>
    public WebhookClient(WebhookNetworkOptions network, ISecretProtector? secrets, Random random, TimeProvider time)
        : this(network, secrets, random, time, static name => Dns.GetHostAddressesAsync(name))
    {
    }

    internal WebhookClient(
        WebhookNetworkOptions network, ISecretProtector? secrets, Random random, TimeProvider time, Func<string, Task<IPAddress[]>> lookup)
    {
        var dialer = new WebhookDialer(new AddressGuard(network), new SharedLookups(lookup).ResolveAsync, network.ConnectTimeout / 4, time, network.MaxConnections);
        _http = new HttpMessageInvoker(WebhookHandlerFactory.Create(dialer, network.ConnectTimeout));
        _requests = new WebhookRequestBuilder(new WebhookSigner(new SigningKeyCache(secrets)), random, time);
        _time = time;
    }

    /// <inheritdoc/>
    public Type DestinationType => typeof(WebhookDestination);

    /// <inheritdoc/>
    public async ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var target = WebhookTarget.Of((WebhookDestination)request.Subscription.Destination);
        if (target.Error is { } error) return new AttemptOutcome(AttemptKind.Misconfigured, Error: error);
        HttpRequestMessage? message = null;
        try
        {
            message = _requests.Build(request, target);

            // One request at most: the handler repeats one only when the server cannot have taken it up (a pooled connection found closed before the
            // body went out, or HTTP/2's own "not processed").
            using var answer = await _http.SendAsync(message, cancellationToken);
            return await WebhookAnswer.ReadAsync(answer, target.Uri, _time.GetUtcNow(), cancellationToken);
        }
        catch (SecretUnusableException exception)
        {
            return new AttemptOutcome(AttemptKind.Misconfigured, Error: exception.Message);
        }
        catch (Exception) when (message?.Content is WebhookContent { IsAbandoned: true })
        {
            // However the client tells it, over HTTP/1.1 or HTTP/2.
            throw new AttemptAbandonedException();
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever the cancelled exchange broke with, the caller learns that it was cancelled.
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (Exception exception) when (target.Uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && NetworkErrorText.IsAddressRefused(exception))
        {
            // A name may lead elsewhere the next time; an address never does.
            return new AttemptOutcome(AttemptKind.Misconfigured, Error: NetworkErrorText.Of(exception, target.Uri));
        }
        catch (Exception exception)
        {
            return new AttemptOutcome(AttemptKind.NetworkError, Error: NetworkErrorText.Of(exception, target.Uri));
        }
        finally
        {
            message?.Dispose();
        }
    }

    /// <summary>Closes the connections; attempts in flight break.</summary>
    public void Dispose() => _http.Dispose();
}
