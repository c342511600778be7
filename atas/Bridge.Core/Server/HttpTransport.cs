using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

public sealed record HttpTransportOptions
{
    /// <summary>A number rather than <c>localhost</c>: Windows tries IPv6 first and may wait two seconds for it.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8888");

    public required string Key { get; init; }

    /// <summary>For a whole request.</summary>
    public double TimeoutMs { get; init; } = 5_000;

    /// <summary>A stream that says nothing for longer is broken: three of the server's heartbeats.</summary>
    public double SilenceMs { get; init; } = 15_000;
}

/// <summary>The way to the server over HTTP: requests over connections that stay open, the stream over one of its own.</summary>
public sealed class HttpTransport : ITransport, IDisposable
{
    /// <summary>A longer answer is not from our server.</summary>
    private const int LongestAnswerBytes = 16 * 1_048_576;

    private readonly HttpTransportOptions _options;
    private readonly HttpClient _client;

    public HttpTransport(HttpTransportOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            // The server is named by the user: a proxy of the system would get the key.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.TimeoutMs),
        };
        _client = new HttpClient(handler)
        {
            BaseAddress = options.Url,
            // Each call has its own bound.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswerBytes,
        };
    }

    public async Task<HttpReply> Request(HttpCall request)
    {
        var timeoutMs = request.TimeoutMs ?? _options.TimeoutMs;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(request.Stop);
        bound.CancelAfter(TimeSpan.FromMilliseconds(timeoutMs));
        using var message = Message(new HttpMethod(request.Method), request.Path, "application/json");
        if (request.IdempotencyKey is not null) message.Headers.Add("Idempotency-Key", request.IdempotencyKey);
        if (request.Json is not null)
        {
            message.Content = new StringContent(request.Json, Encoding.UTF8);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, bound.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(bound.Token).ConfigureAwait(false);
            return new HttpReply((int)response.StatusCode, body);
        }
        catch (OperationCanceledException error)
        {
            throw new TransportException(request.Stop.IsCancellationRequested ? "stopped" : $"no answer within {timeoutMs} ms", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new TransportException(error.Message, error);
        }
    }

    public async IAsyncEnumerable<ServerEvent> Events(string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var silent = TimeSpan.FromMilliseconds(_options.SilenceMs);
        silence.CancelAfter(silent);
        using var request = Message(HttpMethod.Get, "/api/v1/stream", "text/event-stream");
        if (after is not null) request.Headers.Add("Last-Event-ID", after);

        using var response = await OrLost(
            () => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token), cancellation).ConfigureAwait(false);
        if (response is null) yield break;
        if (!response.IsSuccessStatusCode)
        {
            var body = await OrLost(() => response.Content.ReadAsStringAsync(silence.Token), cancellation).ConfigureAwait(false);
            throw new TransportException($"the stream was refused: {(int)response.StatusCode} {CodeOf(body)}");
        }
        var stream = await OrLost(() => response.Content.ReadAsStreamAsync(silence.Token), cancellation).ConfigureAwait(false);
        if (stream is null) yield break;
        // Decodes across reads: a character may be cut in two.
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        var parser = new SseParser();
        var buffer = new char[8_192];
        while (true)
        {
            var count = await OrLost(() => reader.ReadAsync(buffer, silence.Token).AsTask(), cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) yield break;
            if (count == 0) throw new TransportException("the server ended the stream");
            silence.CancelAfter(silent);
            foreach (var frame in parser.Push(new string(buffer, 0, count))) yield return EventOf(frame);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Nothing when stopped.</summary>
    private async Task<T?> OrLost<T>(Func<Task<T>> read, CancellationToken stop)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return default;
        }
        catch (OperationCanceledException error)
        {
            throw new TransportException($"silent for {_options.SilenceMs} ms", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new TransportException(error.Message, error);
        }
    }

    private HttpRequestMessage Message(HttpMethod method, string path, string accept)
    {
        var message = new HttpRequestMessage(method, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Key);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return message;
    }

    /// <summary>The frame wraps what happened; <c>open</c> and <c>reset</c> are the stream's own words and come bare.</summary>
    private static ServerEvent EventOf(SseFrame frame)
    {
        try
        {
            var body = WireJson.Read<JsonElement>(frame.Data);
            var isWrapped = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("data", out _);
            return new ServerEvent(frame.Event, frame.Id, isWrapped ? body.GetProperty("data") : body);
        }
        catch (JsonException error)
        {
            throw new TransportException($"an event of the stream is no JSON: {error.Message}", error);
        }
    }

    private static string CodeOf(string? body)
    {
        try
        {
            return body is null ? "" : WireJson.Read<Problem>(body).Code;
        }
        catch (JsonException)
        {
            // A proxy's page has none.
            return "";
        }
    }
}
