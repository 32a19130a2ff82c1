using System.CommandLine;
using EventHub.Server.Configuration;
using EventHub.Server.Hosting;

namespace EventHub.Server.Verbs;

/// <summary><c>eventhub serve</c>: runs the hub until it is told to stop.</summary>
internal static class ServeVerb
{
    private const string Usage =
        """
        Usage: eventhub serve [options]

        Runs the hub: takes events in over HTTP, keeps them, delivers them. When it is ready it logs a line with
        'EventHub listening on http://…'. SIGTERM or Ctrl+C stops it: no new requests, deliveries in flight end
        (see shutdown_timeout), then it exits with 0.
        """;

    private const string Examples =
        """
        Examples:
          eventhub serve                                          on http://127.0.0.1:3000, data in ./data
          eventhub serve --urls 'http://*:8080' --data /var/lib/eventhub
          eventhub serve --store memory --urls http://127.0.0.1:0  for a test: any free port, nothing kept
          PORT=8080 BATCH_SIZE=50 eventhub serve
          eventhub serve --config /etc/eventhub.yaml              with lines such as  retention: 90d
        """;

    private const string Notes =
        """
        Each setting can be given in four places; the first that has it counts: command line, environment, file,
        default. Durations are a whole number and a unit: 500ms, 90s, 15m, 12h, 30d; or 0. An environment variable
        that is empty counts as not set. Unknown names and bad values stop the start with exit code 2 and a line
        for each; a store that cannot be opened, or an address in use, with exit code 1.

        Telemetry: GET /metrics for Prometheus; OTEL_EXPORTER_OTLP_ENDPOINT sends metrics and traces to a
        collector, with OpenTelemetry's other OTEL_* variables.

        Signing secrets of webhooks are encrypted with keys in <data>/keys, which only the hub's user can read: back
        them up with the data.
        """;

    public static Command Create()
    {
        var command = new Command("serve", "Run the hub");
        var source = new CommandLineSource(command, Settings.All);
        command.SetHelp(() => HelpText.Verb(Usage, Examples, Settings.All, Notes));
        command.SetAction((parsed, cancellationToken) => VerbSettings.Read(parsed, source) is { } settings
            ? ServerRunner.RunAsync(settings.Options, parsed.InvocationConfiguration.Error, cancellationToken)
            : Task.FromResult(ExitCode.Usage));
        return command;
    }
}
