using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the body of <c>POST /dispatches/{id}/retry</c>.</summary>
internal static class DispatchRetryReader
{
    private static readonly KnownFields s_fields = new("delay_seconds", "max_retries", "retry_delay");

    /// <summary>Reads it; adds everything that is wrong to the errors.</summary>
    public static DispatchRetry Read(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        var retry = new DispatchRetry(null, null, null);
        var reader = new StrictObjectReader(body, s_fields, errors);
        while (reader.Next(out var field))
        {
            retry = field switch
            {
                "delay_seconds" => retry with { Delay = Wait(in reader) },
                "retry_delay" => retry with { RetryDelay = Wait(in reader) },
                _ => retry with { MaxRetries = (int?)reader.Integer(0, 100) },
            };
        }

        return retry;
    }

    private static TimeSpan? Wait(in StrictObjectReader reader)
    {
        var wait = reader.Seconds();
        if (wait < TimeSpan.Zero || wait > TimeSpan.FromDays(30)) reader.RefuseValue("must be from 0 to 2592000 seconds");
        return wait;
    }
}
