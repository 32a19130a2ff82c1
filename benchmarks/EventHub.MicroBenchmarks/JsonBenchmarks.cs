using BenchmarkDotNet.Attributes;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.MicroBenchmarks;

/// <summary>JSON on its way in and out.</summary>
public class JsonBenchmarks
{
    private readonly Event _event = Samples.Event();
    private readonly List<FieldError> _errors = [];
    private readonly System.Buffers.ArrayBufferWriter<byte> _output = new(4096);

    [Benchmark(Description = "read and check a published event")]
    public object Read() => NewEventJson.Read(Samples.Json, _errors) ?? throw new InvalidOperationException($"{_errors[0]}");

    [Benchmark(Description = "write an event into a stream")]
    public int Write()
    {
        _output.ResetWrittenCount();
        EventJson.WriteLine(_output, _event);
        return _output.WrittenCount;
    }
}
