using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Server;

public sealed record HttpCall
{
    /// <summary>GET, POST, DELETE.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query, from the root: <c>/api/v1/time</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Sent as it is, as application/json.</summary>
    public string? Json { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Longer than usual, for a long poll.</summary>
    public double? TimeoutMs { get; init; }

    public CancellationToken Stop { get; init; }
}

public sealed record HttpReply(int Status, string Body);

/// <summary>One event of the stream. <c>open</c> and <c>reset</c> are the stream's own; all others are things that happened.</summary>
/// <param name="Cursor">Where to go on after this event. Opaque.</param>
public sealed record ServerEvent(string Type, string Cursor, JsonElement Data);

/// <summary>The connection broke or time ran out. Nobody here knows whether the server acted.</summary>
public sealed class TransportException : Exception
{
    public TransportException(string message)
        : base(message)
    {
    }

    public TransportException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The way to the server. Knows the address and the key, and nothing of what is said.</summary>
public interface ITransport
{
    /// <summary>Ends within a bounded time.</summary>
    /// <exception cref="TransportException">Also when stopped.</exception>
    Task<HttpReply> Request(HttpCall request);

    /// <summary>Events after that cursor, from the end without one. Silence is a loss. Ends soon after <paramref name="cancellation"/>.</summary>
    /// <exception cref="TransportException">The connection is lost.</exception>
    IAsyncEnumerable<ServerEvent> Events(string? after, CancellationToken cancellation);
}
