using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Tapewire.Platform;

/// <summary>A connection to an exchange in another process, one JSON line per command and event. What is sent never waits for the wire.</summary>
public sealed class TcpLink : IExchangeLink
{
    private readonly TcpClient _client;
    private readonly Channel<ExchangeCommand> _commands = Channel.CreateUnbounded<ExchangeCommand>();
    private Action<ExchangeEvent>? _received;

    private TcpLink(TcpClient client)
    {
        _client = client;
        _ = Task.Run(WriteAsync);
    }

    /// <summary>Listens from the first listener on.</summary>
    public event Action<ExchangeEvent>? Received
    {
        add
        {
            var isFirst = _received is null;
            _received += value;
            if (isFirst) _ = Task.Run(ReadAsync);
        }
        remove => _received -= value;
    }

    public static async Task<TcpLink> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        return new TcpLink(client);
    }

    public void Send(ExchangeCommand command) => _commands.Writer.TryWrite(command);

    public void Dispose()
    {
        _commands.Writer.TryComplete();
        _client.Dispose();
    }

    private async Task WriteAsync()
    {
        var writer = new StreamWriter(_client.GetStream()) { AutoFlush = true };
        await foreach (var command in _commands.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(command)).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_client.GetStream());
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                _received?.Invoke(JsonSerializer.Deserialize<ExchangeEvent>(line)!);
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // The other side is gone, or this one was closed: nothing more comes.
        }
    }
}
