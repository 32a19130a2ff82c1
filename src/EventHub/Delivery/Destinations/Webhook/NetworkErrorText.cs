using System.Net.Sockets;
using System.Security.Authentication;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Says to people why there was no answer.</summary>
internal static class NetworkErrorText
{
    /// <summary>The address may not be dialled.</summary>
    public static bool IsAddressRefused(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressNotAllowedException) return true;
        }

        return false;
    }

    public static string Of(Exception exception, Uri target)
    {
        var place = target.Authority;
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AddressNotAllowedException refused: return refused.Message;
                case SocketException socket: return OfSocket(socket, target);
                case AuthenticationException tls: return $"TLS with {place} failed: {tls.InnerException?.Message ?? tls.Message}";
                // Whoever ended the attempt was answered before: what was cancelled here ran out of the time there is for connecting.
                case TimeoutException or OperationCanceledException: return $"no connection to {place} in time";
            }
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"TLS with {place} failed: {exception.Message}",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => $"{place} did not answer with valid HTTP: {Innermost(exception)}",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
                or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => $"{place} closed the connection before its answer was complete",
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                $"the answer of {place} is past a limit: {Innermost(exception)}",
            HttpRequestException or IOException => $"{place}: {Innermost(exception)}",
            _ => $"{place}: {exception.GetType().Name}: {exception.Message}",
        };
    }

    private static string OfSocket(SocketException exception, Uri target) => exception.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => $"the name {target.IdnHost} does not resolve to an address",
        SocketError.TryAgain or SocketError.NoRecovery => $"the name {target.IdnHost} could not be resolved: the name server did not answer",
        SocketError.ConnectionRefused => $"{target.Authority} refused the connection",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => $"{target.Authority} reset the connection",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown =>
            $"{target.Authority} is unreachable",
        SocketError.TimedOut => $"no connection to {target.Authority} in time",
        _ => $"{target.Authority}: {exception.Message}",
    };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
