using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

/// <summary>Over real sockets, against a small server that speaks the protocol by hand.</summary>
public sealed class HttpTransportTests
{
    private static readonly JsonSerializerOptions Plain = new();

    [Fact]
    public async Task It_sends_key_headers_and_body_and_reads_whatever_comes()
    {
        await using var server = new RawServer(async (request, stream, _) =>
        {
            if (request.Path == "/page")
            {
                await RawServer.Reply(stream, 502, "<html>");
                return;
            }
            var told = new[] { request.Method, request.Path, request.Headers["Authorization"], request.Headers["Content-Type"], request.Headers["Idempotency-Key"], request.Body };
            await RawServer.Reply(stream, 409, JsonSerializer.Serialize(told, Plain));
        });
        using var transport = To(server);
        var reply = await transport.Request(new HttpCall { Method = "POST", Path = "/a?b=c%3A", IdempotencyKey = "k", Json = """{"x":"é"}""" });
        Assert.Equal(409, reply.Status);
        Assert.Equal(
            ["POST", "/a?b=c%3A", "Bearer secret", "application/json", "k", """{"x":"é"}"""],
            JsonSerializer.Deserialize<string[]>(reply.Body)!);
        Assert.Equal(new HttpReply(502, "<html>"), await transport.Request(Get("/page")));
    }

    [Fact]
    public async Task It_tells_when_the_connection_breaks_when_no_answer_comes_when_half_of_one_comes_and_when_stopped()
    {
        await using var server = new RawServer(async (request, stream, stop) =>
        {
            if (request.Path == "/half") await RawServer.Write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            if (request.Path == "/silent") await Task.Delay(Timeout.Infinite, stop);
        });
        using var transport = To(server, timeoutMs: 100);
        await Assert.ThrowsAsync<TransportException>(() => transport.Request(Get("/break")));
        await Assert.ThrowsAsync<TransportException>(() => transport.Request(Get("/half")));
        var silent = await Assert.ThrowsAsync<TransportException>(() => transport.Request(Get("/silent")));
        Assert.Equal("no answer within 100 ms", silent.Message);
        using var stop = new CancellationTokenSource();
        var waiting = transport.Request(Get("/silent") with { TimeoutMs = 60_000, Stop = stop.Token });
        await stop.CancelAsync();
        Assert.Equal("stopped", (await Assert.ThrowsAsync<TransportException>(() => waiting)).Message);
    }

    [Fact]
    public async Task Nobody_there_is_no_answer_and_the_key_is_in_no_error()
    {
        using var transport = new HttpTransport(new HttpTransportOptions { Url = new Uri("http://127.0.0.1:1"), Key = "secret" });
        var error = await Assert.ThrowsAsync<TransportException>(() => transport.Request(Get("/")));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_anywhere_in_characters_too_is_read_with_the_cursor_to_resume_at()
    {
        const string Text =
            ": hello\n\nevent: open\nid: j:4\ndata: {\"cursor\":\"j:4\"}\n\n" +
            "event: signal.ended\r\nid: j:5\r\ndata: {\"cursor\":\"j:5\",\"seq\":5,\r\ndata: \"data\":{\"reason\":\"à bientôt\"}}\r\n\r\n" +
            "event: reset\nid: j:9\ndata: {\"reason\":\"too old\"}\n\n";
        var asked = new List<string>();
        await using var server = new RawServer(async (request, stream, stop) =>
        {
            asked.Add($"{request.Path} {request.Headers["Accept"]} {request.Headers.GetValueOrDefault("Last-Event-ID")}");
            await RawServer.OpenStream(stream);
            foreach (var part in Encoding.UTF8.GetBytes(Text))
            {
                await stream.WriteAsync(new[] { part }, stop);
                await stream.FlushAsync(stop);
            }
        });
        using var transport = To(server);
        var (events, problem) = await Collect(transport.Events("j:4", CancellationToken.None));
        Assert.Equal(
            ["open j:4 {\"cursor\":\"j:4\"}", "signal.ended j:5 {\"reason\":\"à bientôt\"}", "reset j:9 {\"reason\":\"too old\"}"],
            events);
        Assert.Equal("the server ended the stream", problem);
        await Collect(transport.Events(null, CancellationToken.None));
        Assert.Equal(["/api/v1/stream text/event-stream j:4", "/api/v1/stream text/event-stream "], asked);
    }

    [Fact]
    public async Task Silence_is_a_broken_stream_before_and_after_the_first_word_and_a_comment_is_a_sign_of_life()
    {
        await using var server = new RawServer(async (request, stream, stop) =>
        {
            if (request.Headers.GetValueOrDefault("Last-Event-ID") == "mute") await Task.Delay(Timeout.Infinite, stop);
            await RawServer.OpenStream(stream);
            for (var comments = 0; comments < 12; comments += 1)
            {
                await RawServer.Write(stream, ": heartbeat\n\n");
                await Task.Delay(250, stop);
            }
            await RawServer.Write(stream, "event: a\nid: j:1\ndata: {}\n\n");
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var transport = To(server, silenceMs: 2_000);
        var (events, problem) = await Collect(transport.Events(null, CancellationToken.None));
        Assert.Equal(["a j:1 {}"], events);
        Assert.Equal("silent for 2000 ms", problem);
        Assert.Equal("silent for 2000 ms", (await Collect(transport.Events("mute", CancellationToken.None))).Problem);
    }

    [Fact]
    public async Task It_says_why_a_stream_was_refused_breaks_with_its_connection_and_ends_when_stopped()
    {
        await using var server = new RawServer(async (request, stream, stop) =>
        {
            var at = request.Headers.GetValueOrDefault("Last-Event-ID");
            if (at == "full")
            {
                await RawServer.Reply(stream, 429, """{"code":"TOO_MANY_STREAMS","detail":"32"}""");
                return;
            }
            await RawServer.OpenStream(stream);
            await RawServer.Write(stream, at == "page" ? "data: <html>\n\n" : "data: 1\n\n");
            if (at != "break") await Task.Delay(Timeout.Infinite, stop);
        });
        using var transport = To(server);
        Assert.Equal("the stream was refused: 429 TOO_MANY_STREAMS", (await Collect(transport.Events("full", CancellationToken.None))).Problem);
        Assert.StartsWith("an event of the stream is no JSON", (await Collect(transport.Events("page", CancellationToken.None))).Problem, StringComparison.Ordinal);
        var (events, problem) = await Collect(transport.Events("break", CancellationToken.None));
        Assert.Equal((1, "the server ended the stream"), (events.Count, problem));
        using var stop = new CancellationTokenSource();
        var heard = 0;
        await foreach (var _ in transport.Events(null, stop.Token))
        {
            heard += 1;
            await stop.CancelAsync();
        }
        Assert.Equal(1, heard);
    }

    private static HttpCall Get(string path) => new() { Method = "GET", Path = path };

    private static HttpTransport To(RawServer server, double timeoutMs = 5_000, double silenceMs = 15_000) =>
        new(new HttpTransportOptions { Url = server.Url, Key = "secret", TimeoutMs = timeoutMs, SilenceMs = silenceMs });

    private static async Task<(List<string> Events, string Problem)> Collect(IAsyncEnumerable<ServerEvent> source)
    {
        var events = new List<string>();
        try
        {
            await foreach (var told in source) events.Add($"{told.Type} {told.Cursor} {told.Data.GetRawText()}");
        }
        catch (TransportException error)
        {
            return (events, error.Message);
        }
        return (events, "");
    }
}
