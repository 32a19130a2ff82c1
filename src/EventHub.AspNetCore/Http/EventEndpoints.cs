using EventHub.AspNetCore.Http.OpenApi;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.AspNetCore.Http.Reading;
using EventHub.AspNetCore.Http.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/events</c>: publishing, reading and following.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var publish = endpoints.ServiceProvider.GetRequiredService<PublishHandler>();
        var read = endpoints.ServiceProvider.GetRequiredService<EventReadHandler>();
        Post(endpoints, "/events", publish.PublishAsync, EventDocs.Publish);
        Post(endpoints, "/events/batch", publish.PublishBatchAsync, EventDocs.PublishBatch);
        var stream = endpoints.ServiceProvider.GetRequiredService<StreamHandler>();
        Get(endpoints, "/events", read.ListAsync, EventDocs.List);
        Get(endpoints, "/events/{id}", read.FindAsync, EventDocs.Find);
        Get(endpoints, "/events/stream", stream.StreamAsync, StreamDocs.Stream);
        Get(endpoints, "/stream", stream.StreamAsync, StreamDocs.Stream with { Summary = "The same as /events/stream" });
    }

    private static void Post(IEndpointRouteBuilder endpoints, string path, RequestDelegate handler, EndpointDoc doc) =>
        endpoints.MapPost(path, handler).WithDoc(doc, handler);

    private static void Get(IEndpointRouteBuilder endpoints, string path, RequestDelegate handler, EndpointDoc doc) =>
        endpoints.MapGet(path, handler).WithDoc(doc, handler);
}
